export { baselineArm, type BaselineArm } from './baseline-arm.js';
export { RunsReader, type StoredRun } from './runs-reader.js';
export { RUN_SETTINGS, type RunSettings } from './run-settings.js';
export { RunsModule } from './runs.module.js';
export { newRunId, RunsService, type CreateRun } from './runs.service.js';
export { modelProvenance, SuiteFreezer, type Frozen, type RunOrigin } from './suite-freezer.js';
