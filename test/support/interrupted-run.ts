import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineTotals } from '../../src/domain/index.js';
import { killGroup, runLaconic, startLaconic, type Finished } from './laconic-process.js';
import { jsonLines } from './suite-run.js';

export const SMOKE = join(__dirname, '..', '..', 'datasets', 'suites', 'smoke.yaml');

type Env = Readonly<Record<string, string>>;

/** The smoke suite with more or fewer items and no timing pass, whose samples never repeat. */
export function smoke(itemsPerDataset: number): string[] {
  const settings = [`datasets.0.limit=${itemsPerDataset}`, `datasets.1.limit=${itemsPerDataset}`, 'timing.items=0'];
  return [SMOKE, ...settings.flatMap((setting) => ['--set', setting])];
}

export function runIdOf(text: string): string {
  const id = /^run ([0-9a-f]{12})/m.exec(text)?.[1];
  if (id === undefined) throw new Error(`no run id in:\n${text}`);
  return id;
}

/** Starts a run, presses Ctrl-C once its first samples are stored, and returns its id. */
export async function interruptedRun(args: readonly string[], env: Env): Promise<string> {
  const running = startLaconic(['run', ...args], env);
  await running.saw(/shard [1-9]\d*\/\d+/);
  running.child.kill('SIGINT');
  const { code, stderr } = await running.finished;
  expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringContaining('laconic resume') });
  return runIdOf(stderr);
}

/** Starts a run, lets a second worker join and kills the first; returns the run's id when the second has ended it in `out`. */
export async function takenOverRun(args: readonly string[], out: string, env: Env): Promise<string> {
  const first = startLaconic(['run', ...args, '--out', `${out}-first`], env);
  await first.saw(/^run [0-9a-f]{12}/m);
  const id = runIdOf(first.output().stderr);
  const second = startLaconic(['resume', id, '--token-ids', '--out', out], env);
  await Promise.all([first.saw(/shard [1-9]\d*\/\d+/), second.saw(/shard \d+\/\d+/)]);
  killGroup(first);
  expect(await second.finished).toMatchObject({ code: 0 });
  return id;
}

export interface SampleLine {
  readonly arm: string;
  readonly dataset: string;
  readonly item: string;
  readonly prompt: string;
  readonly stopReason: string;
  readonly stopDetail: string | null;
}

export async function sampleLines(folder: string): Promise<SampleLine[]> {
  return jsonLines(join(folder, 'samples.jsonl'));
}

export async function expectSameSamples(folder: string, other: string): Promise<void> {
  const [one, two] = await Promise.all([folder, other].map(async (each) => readFile(join(each, 'samples.jsonl'))));
  expect(one!.length).toBeGreaterThan(1000);
  expect(two!.equals(one!)).toBe(true);
}

export async function engineTotals(folder: string): Promise<EngineTotals> {
  return (JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')) as { engine: EngineTotals }).engine;
}

/** Runs to the end and writes its files to the folder; fails where the exit code is another one. */
export async function expectExit(code: number, args: readonly string[], env: Env): Promise<Finished> {
  const finished = await runLaconic(args, env);
  expect(finished).toMatchObject({ code });
  return finished;
}
