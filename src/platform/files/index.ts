export { isCode, readJsonFile, withFileLock, writeJsonFile } from './json-file.js';
