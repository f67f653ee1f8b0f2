export { EngineProcess, type OpenEngine } from './engine-process.js';
export type { BusyCounters } from './engine-protocol.js';
export type { GenerationTask } from './generation-work.js';
export { READ_TOGETHER, type EngineRequest, type EngineStep } from './native/addon.js';
export { InferenceModule } from './inference.module.js';
export {
  ENGINE_SETTINGS,
  InferenceService,
  type EngineSettings,
  type FinishedSample,
  type FrozenModelFile,
  type GenerateOptions,
  type KnownCall,
  type ReadCall,
  type Reading,
  type RunSuppression,
} from './inference.service.js';
