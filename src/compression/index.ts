export type { CompressionCard, TrainingFolderCard } from './card.js';
export { CompressionModule } from './compression.module.js';
export {
  CompressService,
  type CompressForecast,
  type CompressRequest,
  type CompressWatch,
} from './compress.service.js';
export { ImportService, type ImportCard, type ImportRequest, type ImportWatch } from './import/import.service.js';
export { reasonWords, type LeftOutCounts, type LeftOutReason } from './left-out.js';
export {
  SHADES,
  type CompressionPreview,
  type PreviewChain,
  type PreviewReason,
  type RenderPreview,
  type ShownChain,
} from './preview.js';
export type { RatiosPerChain } from './ratios.js';
export { SCORERS, type ScorerName } from './scorer.js';
export type { DifferenceCount, RatioTally } from './tally.js';
export { TRAINING_FORMATS, type TrainingFormat } from './training-files.js';
