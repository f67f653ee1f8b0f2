import type { ModelCard } from '../../domain/index.js';

/** The reference model's card as far as prompts, policies and stops need it. */
export const REFERENCE_CARD: ModelCard = {
  alias: 'reference',
  file: 'reference.gguf',
  sha256: '0'.repeat(64),
  description: '',
  licence: '',
  chatFormat: 'chatml',
  think: { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: false },
  stopStrings: [],
  contextTokens: 2048,
};
