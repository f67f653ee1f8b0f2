import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult, SampleRecord } from '../../src/domain/index.js';
import { runLaconic, temporaryHome } from './laconic-process.js';

/** What a finished run of the command line left in its folder. */
export interface RunOutput {
  readonly folder: string;
  readonly result: RunResult;
  /** With their token ids. */
  readonly samples: readonly SampleRecord[];
}

/** The shipped command line in a folder and a home of its own. */
export interface SuiteRuns {
  readonly folder: string;
  readonly home: string;
  /** Runs a suite, written out or by its file, to the end; throws with what it said where that fails. */
  run(suite: object | string, options?: RunOptions): Promise<RunOutput>;
  remove(): Promise<void>;
}

export interface RunOptions {
  /** Folder of the output inside this one. */
  readonly out?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export async function suiteRuns(): Promise<SuiteRuns> {
  const folder = await mkdtemp(join(tmpdir(), 'laconic-suite-'));
  const { home, remove } = await temporaryHome();
  return {
    folder,
    home,
    run: async (suite, { out = 'out', args = [], env = {} } = {}) => {
      const file = typeof suite === 'string' ? suite : join(folder, 'suite.json');
      if (typeof suite !== 'string') await writeFile(file, JSON.stringify(suite));
      const command = ['run', file, '--out', join(folder, out), '--token-ids', '--quiet', ...args];
      const { code, stderr } = await runLaconic(command, { LACONIC_HOME: home, ...env });
      if (code !== 0) throw new Error(`laconic run ended with ${code}: ${stderr}`);
      return readRun(join(folder, out));
    },
    remove: async () => {
      await remove();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function readRun(folder: string): Promise<RunOutput> {
  const result = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')) as RunResult;
  return { folder, result, samples: await jsonLines(join(folder, 'samples.jsonl')) };
}

export async function jsonLines<T>(file: string): Promise<T[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}
