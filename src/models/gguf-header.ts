import { countOf, readGguf, textOf, type GgufContent } from './gguf-content.js';
import { invalidGguf } from './gguf-bytes.js';
import { FILE_TYPES, TENSOR_TYPES } from './gguf-types.js';

/*
 * What a GGUF model says about itself. A model file is untrusted input. Only workers and the command line may import this file; the API process never parses a model
 * file, so it is not part of this feature's index and `ModelsService` loads it on demand.
 */

export interface GgufHeader {
  readonly version: number;
  readonly architecture: string;
  readonly name: string | null;
  readonly parameters: number;
  readonly quantization: string;
  /** From `<architecture>.context_length`; null where absent. */
  readonly contextTokens: number | null;
  readonly layers: number | null;
  /** Number of tokenizer entries; null without a tokenizer. */
  readonly vocabularySize: number | null;
  /** Text of the chat template, to look for control tokens in; never run. Null where absent or longer than 64 KiB. */
  readonly chatTemplate: string | null;
  readonly tensors: number;
  readonly fileBytes: number;
}

/** Throws `model-missing` or `model-invalid`, whatever the file holds. */
export function readGgufHeader(file: string): GgufHeader {
  const content = readGguf(file, 'model');
  const { version, metadata, tensors, fileBytes } = content;
  const architecture = textOf(metadata.get('general.architecture'));
  if (architecture === null) throw invalidGguf(file, 'model', 'it names no architecture');
  if (tensors.length === 0) throw invalidGguf(file, 'model', 'it holds no weights (a vocabulary only)');
  const tokens = metadata.get('tokenizer.ggml.tokens');
  return {
    version,
    architecture,
    name: textOf(metadata.get('general.name')),
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    quantization: quantizationOf(content),
    contextTokens: countOf(metadata.get(`${architecture}.context_length`)),
    layers: countOf(metadata.get(`${architecture}.block_count`)),
    vocabularySize: tokens && 'length' in tokens ? tokens.length : null,
    chatTemplate: textOf(metadata.get('tokenizer.chat_template')),
    tensors: tensors.length,
    fileBytes,
  };
}

/** As the file declares it, else the type that most parameters have. */
function quantizationOf({ metadata, tensors }: GgufContent): string {
  const declared = FILE_TYPES[countOf(metadata.get('general.file_type')) ?? -1];
  if (declared) return declared;
  const byType = new Map<number, number>();
  for (const { type, elements } of tensors) byType.set(type, (byType.get(type) ?? 0) + elements);
  const [most] = [...byType].toSorted(([, a], [, b]) => b - a)[0] ?? [-1];
  return TENSOR_TYPES[most]?.name ?? 'unknown';
}
