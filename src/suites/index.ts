export { applyOverrides, parseOverride, type Override } from './overrides.js';
export { readSuiteFile, readSuiteText, type ReadSuiteOptions } from './read-suite-file.js';
export { limitItems, selectArms } from './selection.js';
export { SuitesModule } from './suites.module.js';
