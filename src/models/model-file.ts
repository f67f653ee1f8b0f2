import type { ThinkDelimiters } from '../domain/index.js';
import { recogniseChatFormat, type ChatFormatName } from './chat-formats.js';
import { readGgufHeader, type GgufHeader } from './gguf-header.js';

/*
 * What a model file suggests for its card. Parses an untrusted file: for workers and the command line only, never imported by the
 * API process (see gguf-header.ts).
 */

export interface ModelFileFacts extends Omit<GgufHeader, 'chatTemplate'> {
  /** Recognised by the control tokens in the file's template text; null where none is known. */
  readonly chatFormat: ChatFormatName | null;
  /** Set where the template text speaks of thinking, or the format always does. */
  readonly think: ThinkDelimiters | null;
}

/** Throws `model-missing` or `model-invalid`. */
export function inspectModelFile(file: string): ModelFileFacts {
  const { chatTemplate, ...header } = readGgufHeader(file);
  const chatFormat = recogniseChatFormat(chatTemplate ?? '');
  const thinks = chatFormat === 'deepseek-r1' || (chatTemplate ?? '').includes('</think>');
  return { ...header, chatFormat, think: thinks ? defaultThink(chatFormat) : null };
}

/** The delimiters of Qwen3, DeepSeek-R1 and most others. */
export function defaultThink(chatFormat: ChatFormatName | null): ThinkDelimiters {
  return { open: '<think>', close: '</think>', afterClose: '\n\n', openedByPrompt: chatFormat === 'deepseek-r1' };
}
