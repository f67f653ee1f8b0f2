import { packagePath } from '../../platform/config/index.js';
import { readGguf, type GgufTensor } from '../gguf-content.js';
import { writeGguf, type NewField, type NewTensor } from '../gguf-writer.js';

/** The small model that ships. */
export const NANO = packagePath('engine', 'models', 'reference-nano', 'reference-nano.gguf');

export interface LoraSketch {
  readonly rank?: number;
  readonly alpha?: number;
  /** Size of B's values; 0: an adapter that changes nothing. */
  readonly strength?: number;
  readonly seed?: number;
  /** Beside what every adapter has, or instead of it. */
  readonly metadata?: Readonly<Record<string, NewField>>;
  /** Which weights are adapted. */
  readonly weights?: RegExp;
}

/** Writes an adapter of pseudo-random factors that fits the model in `base`. */
export function writeLora(file: string, base: string, sketch: LoraSketch = {}): void {
  const { rank = 4, alpha = 8, strength = 0.05, seed = 1, weights = /attn_q|attn_v|ffn_down/ } = sketch;
  const { tensors } = readGguf(base, 'model');
  const adapted = tensors.filter(({ name, shape }) => weights.test(name) && shape.length === 2);
  const metadata: Record<string, NewField> = {
    'general.type': { type: 'text', value: 'adapter' },
    'general.architecture': { type: 'text', value: 'qwen3' },
    'adapter.type': { type: 'text', value: 'lora' },
    'adapter.lora.alpha': { type: 'f32', value: alpha },
    ...sketch.metadata,
  };
  const random = randomFrom(seed);
  writeGguf(
    file,
    metadata,
    adapted.flatMap((weight) => factors(weight, { rank, strength, random })),
  );
}

function factors(
  { name, shape }: GgufTensor,
  { rank, strength, random }: { readonly rank: number; readonly strength: number; readonly random: () => number },
): NewTensor[] {
  const [columns = 1, rows = 1] = shape;
  const filled = (count: number, size: number): Float32Array =>
    Float32Array.from({ length: count }, () => size * random());
  return [
    { name: `${name}.lora_a`, rows: rank, columns, values: () => filled(rank * columns, 1 / Math.sqrt(columns)) },
    { name: `${name}.lora_b`, rows, columns: rank, values: () => filled(rows * rank, strength) },
  ];
}

/** Numbers between -1 and 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
