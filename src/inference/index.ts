export { EngineProcess, type OpenEngine } from './engine-process.js';
export type { BusyCounters } from './engine-protocol.js';
export { promptText, type GenerationTask } from './generation-work.js';
export { READ_TOGETHER, type EngineRequest, type EngineStep } from './native/addon.js';
export { InferenceModule } from './inference.module.js';
export { ENGINE_SETTINGS, InferenceService, type EngineSettings } from './inference.service.js';
export type {
  FinishedSample,
  FrozenModelFile,
  GenerateOptions,
  KnownCall,
  ReadCall,
  Reading,
  RunSuppression,
  Tokenizer,
} from './inference-types.js';
