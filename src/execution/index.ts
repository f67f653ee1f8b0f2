export { ExecutionModule, type ExecutionOptions } from './execution.module.js';
export { SamplePages, type SamplePlace, type SamplesWanted } from './sample-pages.js';
export { SamplesReader, type PathFigures, type SampleFigures } from './samples-reader.js';
export { queueOf, runQueue, SERVICE_QUEUE, type WorkScope } from './work-scope.js';
