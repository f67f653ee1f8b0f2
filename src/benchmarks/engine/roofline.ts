import type { ModelCapabilities } from '../../domain/index.js';
import type { BenchRow } from '../bench-document.js';

/**
 * Where the time goes: one sequence reads every weight once per token, so memory bounds it as soon as the weights do not
 * fit into the caches; with many rows a weight is read once and used for all of them, so arithmetic does.
 */
export function rooflineNote(
  { parameters, fileBytes }: Pick<ModelCapabilities, 'parameters' | 'fileBytes'>,
  rows: readonly BenchRow[],
  memoryBytesPerSecond: number,
  alias: string,
): string {
  const rate = (name: string, sequences: number): number =>
    rows.find((row) => row.case === name && row.sequences === sequences)?.laconic ?? Number.NaN;
  const bytes = (tokensPerSecond: number): string => `${((tokensPerSecond * fileBytes) / 1e9).toFixed(1)} GB/s`;
  const flops = (tokensPerSecond: number): string => `${((2 * parameters * tokensPerSecond) / 1e9).toFixed(0)} GFLOP/s`;
  const share = (rate('decode', 1) * fileBytes) / memoryBytesPerSecond;
  const bound =
    share > 0.6 ? 'memory bandwidth limits it' : 'arithmetic and the cost of each step limit it, not memory';
  return (
    `${alias} (${(parameters / 1e6).toFixed(0)} M parameters, ${(fileBytes / 1e6).toFixed(0)} MB): one sequence reads weights at ` +
    `${bytes(rate('decode', 1))}, where one thread reads memory at ${(memoryBytesPerSecond / 1e9).toFixed(1)} GB/s: ${bound}; ` +
    `decoding computes ${flops(rate('decode', 1))} with 1 sequence, ${flops(rate('decode', 8))} with 8, ` +
    `${flops(rate('decode', 32))} with 32, prefill ${flops(rate('prefill', 1))}`
  );
}
