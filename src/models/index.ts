export type { InspectedAdapter } from './adapter-file.js';
export { AdaptersService, type AdapterSummary, type NewAdapter, type ResolvedAdapter } from './adapters.service.js';
export { CapabilitiesRepository } from './capabilities.repository.js';
export { CHAT_FORMAT_NAMES, chatFormat, isChatFormatName, type ChatFormatName } from './chat-formats.js';
export { parseModelCard, thinkDelimitersSchema, usageHash } from './model-card.js';
export type { ModelFileFacts } from './model-file.js';
export { ModelsModule } from './models.module.js';
export {
  MODELS_SETTINGS,
  ModelsService,
  type ModelsSettings,
  type ModelSummary,
  type ModelTarget,
  type NewModel,
  type ResolvedModel,
} from './models.service.js';
export { vectorSha256, VectorsService, type StoredVector } from './vectors.service.js';
export { closingPieces, noThinkingPieces, renderPrompt } from './prompt.js';
