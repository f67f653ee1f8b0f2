import {
  LaconicError,
  RATIO_CONTROLS,
  type AdapterCompression,
  type AdapterFacts,
  type RatioControl,
} from '../domain/index.js';
import { countOf, numberOf, readGguf, textOf, type GgufMetadata, type GgufTensor } from './gguf-content.js';
import { invalidGguf } from './gguf-bytes.js';

/*
 * What a GGUF LoRA file says about itself, checked against the model that it is for. Parses untrusted files: for workers and the
 * command line only, never imported by the API process (see gguf-content.ts).
 */

export interface InspectedAdapter extends AdapterFacts {
  readonly name: string | null;
  readonly licence: string | null;
  readonly fileBytes: number;
}

/** Types of values that the engine turns into floats: F32, F16, Q8_0, BF16. */
const VALUE_TYPES = [0, 1, 8, 30];
const MAX_RANK = 4096;
const SUFFIX = /\.lora_[ab]$/;

/**
 * Throws `model-missing`, or `model-invalid` where the file is no LoRA adapter or does not fit the `base` model's file. The sentences
 * say `shown` for the file.
 */
export function inspectAdapterFile(path: string, base: string | null, shown = path): InspectedAdapter {
  const { metadata, tensors, fileBytes } = readGguf(path, 'adapter');
  const file = shown;
  const arch = checkedArchitecture(file, metadata);
  const alpha = numberOf(metadata.get('adapter.lora.alpha'));
  if (alpha === null || !(alpha > 0 && alpha < Infinity))
    throw invalid(file, 'adapter.lora.alpha is no number above 0');
  const pairs = factorPairs(file, tensors);
  if (base !== null) checkFit(file, { arch, pairs }, base);
  return {
    arch,
    rank: Math.max(...[...pairs.values()].map(rankOf)),
    alpha,
    weights: pairs.size,
    parameters: tensors.reduce((sum, { elements }) => sum + elements, 0),
    compression: compressionOf(file, metadata),
    name: textOf(metadata.get('general.name')),
    licence: textOf(metadata.get('general.license')),
    fileBytes,
  };
}

/** The factors of one weight: A (rank, columns), B (rows, rank). */
interface Factors {
  readonly a: GgufTensor;
  readonly b: GgufTensor;
}

function checkedArchitecture(file: string, metadata: GgufMetadata): string {
  if (textOf(metadata.get('general.type')) !== 'adapter') throw invalid(file, 'general.type is not "adapter"');
  if (textOf(metadata.get('adapter.type')) !== 'lora') throw invalid(file, 'adapter.type is not "lora"');
  if (metadata.has('adapter.alora.invocation_tokens')) {
    throw invalid(file, 'it acts behind certain tokens only (aLoRA), which is not supported');
  }
  const arch = textOf(metadata.get('general.architecture'));
  if (arch === null || arch === '') throw invalid(file, 'it names no architecture');
  return arch;
}

function factorPairs(file: string, tensors: readonly GgufTensor[]): Map<string, Factors> {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  if (byName.size !== tensors.length) throw invalid(file, 'two of its tensors have one name');
  const pairs = new Map<string, Factors>();
  for (const { name } of tensors) {
    if (!SUFFIX.test(name)) throw invalid(file, `its tensor ${name} is no factor of a LoRA adapter`);
    const weight = name.replace(SUFFIX, '');
    const [a, b] = [byName.get(`${weight}.lora_a`), byName.get(`${weight}.lora_b`)];
    if (!a || !b) throw invalid(file, `one of the two factors of ${weight} is missing`);
    pairs.set(weight, { a, b });
  }
  if (pairs.size === 0) throw invalid(file, 'it adapts nothing');
  for (const [weight, pair] of pairs) checkFactors(file, weight, pair);
  return pairs;
}

function checkFactors(file: string, weight: string, pair: Factors): void {
  for (const { name, shape, type } of [pair.a, pair.b]) {
    if (!VALUE_TYPES.includes(type)) throw invalid(file, `${name} is not of type F32, F16, BF16 or Q8_0`);
    if (shape.length === 0 || shape.length > 2) throw invalid(file, `${name} is no matrix`);
  }
  const [rank, other] = [rankOf(pair), pair.b.shape[0] ?? 0];
  if (rank !== other) throw invalid(file, `the two factors of ${weight} have the ranks ${rank} and ${other}`);
  if (rank < 1 || rank > MAX_RANK) throw invalid(file, `the rank of ${weight} is ${rank}, not 1 to ${MAX_RANK}`);
}

function rankOf({ a }: Factors): number {
  return a.shape[1] ?? 1;
}

function checkFit(
  file: string,
  { arch, pairs }: { readonly arch: string; readonly pairs: ReadonlyMap<string, Factors> },
  base: string,
): void {
  const { metadata, tensors } = readGguf(base, 'model');
  const architecture = textOf(metadata.get('general.architecture'));
  if (architecture !== arch) throw misfit(file, `it is for the architecture ${arch}, and ${base} is ${architecture}`);
  const weights = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  for (const [name, { a, b }] of pairs) {
    const weight = weights.get(name);
    if (!weight) throw misfit(file, `it adapts ${name}, which ${base} does not have`);
    if (name === 'token_embd.weight') throw invalid(file, 'it adapts the token embeddings, which is not supported');
    if (weight.shape.length !== 2) throw invalid(file, `it adapts ${name}, which is no matrix`);
    const [columns, rows] = [a.shape[0] ?? 1, b.shape[1] ?? 1];
    if (weight.shape[0] === columns && weight.shape[1] === rows) continue;
    throw misfit(file, `it adapts ${name} as ${columns} x ${rows}, and ${base} has it as ${weight.shape.join(' x ')}`);
  }
}

const COMPRESSION_KEYS = 'laconic.tokenskip.';

/** Null where the file says nothing of the kind. */
function compressionOf(file: string, metadata: GgufMetadata): AdapterCompression | null {
  if (![...metadata.keys()].some((key) => key.startsWith(COMPRESSION_KEYS))) return null;
  const value = (key: string): ReturnType<GgufMetadata['get']> => metadata.get(COMPRESSION_KEYS + key);
  return {
    scorer: textOf(value('scorer')),
    seed: countOf(value('seed')),
    ratios: ratiosOf(file, textOf(value('ratios'))),
    control: controlOf(file, textOf(value('control'))),
    examples: countOf(value('examples')),
    baseSha256: sha256Of(file, 'base_sha256', textOf(value('base_sha256'))),
    datasetSha256: sha256Of(file, 'dataset_sha256', textOf(value('dataset_sha256'))),
  };
}

/** `0.5,0.6,1`. */
function ratiosOf(file: string, text: string | null): number[] {
  if (text === null || text.trim() === '') return [];
  const ratios = text.split(',').map(Number);
  if (ratios.every((ratio) => ratio > 0 && ratio <= 1)) return ratios;
  throw invalid(file, `${COMPRESSION_KEYS}ratios is no list of numbers above 0 and up to 1`);
}

function controlOf(file: string, text: string | null): RatioControl | null {
  if (text === null) return null;
  const known = RATIO_CONTROLS.find((control) => control === text);
  if (known) return known;
  throw invalid(file, `${COMPRESSION_KEYS}control is none of ${RATIO_CONTROLS.join(', ')}`);
}

function sha256Of(file: string, key: string, text: string | null): string | null {
  if (text === null || /^[0-9a-f]{64}$/.test(text)) return text;
  throw invalid(file, `${COMPRESSION_KEYS}${key} is no sha256`);
}

function invalid(file: string, why: string): LaconicError {
  return invalidGguf(file, 'adapter', why);
}

function misfit(file: string, why: string): LaconicError {
  return new LaconicError('model-invalid', `${file} does not fit the model: ${why}.`, {
    hint: 'Name the model that the adapter was trained for.',
    where: file,
  });
}
