export { isCode, readJsonFile, withFileLock, writeJsonFile } from './json-file.js';
export { closedFolder } from './reachable.js';
export { statIfThere } from './stat-if-there.js';
