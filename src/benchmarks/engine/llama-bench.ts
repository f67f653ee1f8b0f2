import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaconicError } from '../../domain/index.js';
import type { BenchPrompt, Contestant } from './contestant.js';

export interface LlamaBenchProgram {
  readonly path: string;
  /** It looks for the compute backends in the folder in which it is started. */
  readonly libraryDirectory: string;
  readonly modelPath: string;
  readonly threads: number;
  readonly signal: AbortSignal;
}

const execute = promisify(execFile);

/**
 * llama.cpp's own benchmark, started anew for each measurement, so that it tells its time itself. It feeds random tokens
 * and looks at no logits: what it measures is the model alone, without a sampler and without the prompts.
 */
export class LlamaBench implements Contestant {
  readonly name = 'llama-bench';
  readonly maxSequences = 1;

  constructor(private readonly program: LlamaBenchProgram) {}

  async prepare(): Promise<void> {}

  async decode(_prompts: readonly BenchPrompt[], tokens: number): Promise<number> {
    return this.seconds(0, tokens);
  }

  async prefill({ ids }: BenchPrompt): Promise<number> {
    return this.seconds(ids.length, 0);
  }

  async close(): Promise<void> {}

  private async seconds(prompt: number, generated: number): Promise<number> {
    const { path, libraryDirectory, modelPath, threads, signal } = this.program;
    const numbers = { '-t': threads, '-p': prompt, '-n': generated, '-r': 1, '-fa': 1, '-ngl': 0 };
    const args = [
      '-m',
      modelPath,
      '-o',
      'jsonl',
      ...Object.entries(numbers).flatMap(([name, value]) => [name, String(value)]),
    ];
    const { stdout } = await execute(path, args, { cwd: libraryDirectory, signal });
    return measuredSeconds(stdout);
  }
}

/** From a line of JSON per test, of which there is one. Throws `engine-unavailable` where there is no figure in it. */
export function measuredSeconds(output: string): number {
  const [line] = output.split('\n').filter((each) => each.startsWith('{'));
  const { samples_ns: samples } = JSON.parse(line ?? '{}') as { readonly samples_ns?: readonly number[] };
  const nanoseconds = samples?.at(0);
  if (nanoseconds !== undefined && nanoseconds > 0) return nanoseconds / 1e9;
  throw new LaconicError('engine-unavailable', 'llama-bench gave no figure.', {
    hint: 'Run `npm ci` and try again.',
    where: 'llama-bench',
  });
}
