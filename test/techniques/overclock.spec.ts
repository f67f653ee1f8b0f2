import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult, SampleRecord, SteeringVector } from '../../src/domain/index.js';
import { expectExit, expectSameSamples, interruptedRun, runIdOf } from '../support/interrupted-run.js';
import { runLaconic, temporaryHome } from '../support/laconic-process.js';
import { readRun } from '../support/suite-run.js';
import { smallSuite } from '../support/suites.js';

// Whole runs in processes of their own; on a busy machine each takes a while.
jest.setTimeout(300_000);

const BASELINE = [{ name: 'baseline', technique: 'baseline' }];
const DATASETS = ['arithmetic', 'clock-times'];

/** Calibration items of the small model, whose every thinking ends by itself. */
const CALIBRATION = smallSuite({
  name: 'calibration',
  datasets: DATASETS.map((name) => ({ name, split: 'calibration', limit: 10 })),
  sampling: { maxTokens: 512 },
  arms: BASELINE,
});

const ARMS = [
  ...BASELINE,
  { name: 'zero', technique: 'overclock', params: { vector: 'probe', strength: 0 } },
  { name: 'faster', technique: 'overclock', params: { vector: 'probe', strength: 6 } },
  { name: 'same-way', technique: 'overclock', params: { vector: 'probe', strength: 6 }, sampling: { maxTokens: 250 } },
  { name: 'slower', technique: 'overclock', params: { vector: 'probe', strength: -6, layers: 'upper' } },
  { name: 'sampled', technique: 'overclock', params: { vector: 'probe', strength: 6 }, sampling: { temperature: 0.8 } },
];

const STEERED = smallSuite({ name: 'steered', datasets: DATASETS.map((name) => ({ name, limit: 8 })), arms: ARMS });

/** What the probe reads off the first tokens, on average. */
function earlyProgress(samples: readonly SampleRecord[]): number {
  const read = samples.flatMap(({ progress = [] }) => progress.slice(1, 20));
  return read.reduce<number>((sum, value) => sum + (value ?? 0), 0) / read.length;
}

const ids = ({ thinkIds, answerIds }: SampleRecord): number[] => [...thinkIds, ...answerIds];

describe('overclock, from its fit to its report', () => {
  let folder: string;
  let home: Awaited<ReturnType<typeof temporaryHome>>;
  let calibrated: string;
  let samples: readonly SampleRecord[];
  let result: RunResult;
  let evaluated: string;
  const of = (arm: string): SampleRecord[] => samples.filter((sample) => sample.arm === arm);
  const env = (processes: number, streams: number): Record<string, string> => ({
    LACONIC_HOME: home.home,
    LACONIC_ENGINE_PROCESSES: String(processes),
    LACONIC_ENGINE_STREAMS: String(streams),
  });
  const suiteFile = async (suite: Readonly<Record<string, unknown>>): Promise<string> => {
    const file = join(folder, `${String(suite['name'])}.json`);
    await writeFile(file, JSON.stringify(suite));
    return file;
  };
  const fit = async (...args: readonly string[]): ReturnType<typeof runLaconic> =>
    runLaconic(['fit', 'overclock', ...args], env(1, 4));

  const refused = async (vector: string): ReturnType<typeof runLaconic> => {
    const arm = { name: 'x', technique: 'overclock', params: { vector } };
    return runLaconic(['run', await suiteFile(smallSuite({ name: vector, arms: [...BASELINE, arm] }))], env(1, 4));
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'laconic-overclock-'));
    home = await temporaryHome();
    const calibration = ['run', await suiteFile(CALIBRATION), '--out', join(folder, 'calibration'), '--quiet'];
    calibrated = runIdOf((await expectExit(0, calibration, env(1, 16))).stderr);
    await expectExit(0, ['fit', 'overclock', '--run', calibrated, '--name', 'probe'], env(1, 4));
    const run = ['run', await suiteFile(STEERED), '--out', join(folder, 'run'), '--token-ids', '--quiet'];
    evaluated = runIdOf((await expectExit(0, run, env(2, 16))).stderr);
    ({ result, samples } = await readRun(join(folder, 'run')));
  }, 900_000);

  afterAll(async () => {
    await home?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('fits the same vector again, byte for byte', async () => {
    const files = [join(folder, 'one.json'), join(folder, 'two.json')];
    for (const file of files) expect(await fit('--run', calibrated, '--out', file)).toMatchObject({ code: 0 });
    const [one, two] = await Promise.all(files.map(async (file) => readFile(file, 'utf8')));
    expect(two).toBe(one);
    const vector = JSON.parse(one ?? '') as SteeringVector;
    expect(vector.fit).toMatchObject({ ridge: 1000, items: expect.any(Number), folds: 5 });
    expect(vector.fit.heldOutR2).toBeGreaterThan(0.2);
    expect(vector.fit.heldOutR2).toBeLessThan(vector.fit.r2);
  });

  it('refuses to fit on evaluation items, and names one', async () => {
    const { code, stderr } = await fit('--run', evaluated, '--name', 'cheat');
    expect(code).toBe(2);
    expect(stderr).toMatch(/Item arithmetic-\S+ of arithmetic is an evaluation item/);
  });

  it('refuses to fit on another arm than a baseline, or without a place for the vector', async () => {
    expect(await fit('--run', evaluated, '--arm', 'faster', '--name', 'x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Its baselines: baseline'),
    });
    expect(await fit('--run', calibrated)).toMatchObject({ code: 2, stderr: expect.stringContaining('--out') });
  });

  it('is the baseline at strength 0: the same tokens, ledger and events, decoded once', () => {
    for (const [index, sample] of of('zero').entries()) {
      const baseline = of('baseline')[index] as SampleRecord;
      expect(sample).toEqual({ ...baseline, arm: 'zero', divergedFrom: sample.divergedFrom });
      expect(sample.divergedAt).toBeNull();
    }
    expect(result.run.provenance.steering?.['zero']).toBeUndefined();
  });

  it('changes tokens behind the first one, says so, and reads the progress of every thinking token', () => {
    for (const arm of ['faster', 'slower', 'sampled']) {
      expect(of(arm)).toHaveLength(16);
      for (const sample of of(arm)) {
        expect(sample.events[0]).toMatchObject({
          at: 0,
          type: 'steered',
          detail: expect.stringContaining('probe, strength'),
        });
        expect(sample.progress?.length).toBeGreaterThanOrEqual(sample.thinkIds.length - 1);
        for (const read of sample.progress ?? []) expect(Number((read ?? 0).toFixed(3))).toBe(read);
      }
    }
    const changed = of('faster').filter((sample, index) => ids(sample).join() !== ids(of('baseline')[index]!).join());
    expect(changed.length).toBeGreaterThan(0);
    for (const sample of changed) expect(sample.divergedAt).toBeGreaterThan(0);
    expect(of('baseline').every(({ progress }) => progress === undefined)).toBe(true);
  });

  it('makes the thinking seem further along with a positive strength than with a negative one', () => {
    expect(earlyProgress(of('faster'))).toBeGreaterThan(earlyProgress(of('slower')) + 0.1);
  });

  it('decodes arms that are steered alike once', () => {
    for (const [index, sample] of of('same-way').entries())
      expect(ids(sample)).toEqual(ids(of('faster')[index]!).slice(0, 250));
    const { chargedTokens, decodedTokens } = result.engine;
    expect(decodedTokens).toBeLessThan(0.75 * chargedTokens);
  });

  it('gives the same samples on one stream of one process, and after an interruption', async () => {
    const file = join(folder, 'steered.json');
    const alone = join(folder, 'alone');
    await expectExit(0, ['run', file, '--out', alone, '--token-ids', '--quiet'], env(1, 1));
    await expectSameSamples(join(folder, 'run'), alone);
    expect(await readFile(join(alone, 'samples.jsonl'), 'utf8')).toContain('"type":"steered"');
    const id = await interruptedRun([file, '--out', join(folder, 'broken')], env(1, 4));
    await expectExit(0, ['resume', id, '--out', join(folder, 'resumed'), '--token-ids', '--quiet'], env(2, 4));
    await expectSameSamples(join(folder, 'run'), join(folder, 'resumed'));
  });

  it('names vector, fit and calibration items in the provenance, and draws the curve in the report', async () => {
    const { steering } = result.run.provenance;
    expect(Object.keys(steering ?? {}).toSorted()).toEqual(['faster', 'same-way', 'sampled', 'slower']);
    expect(steering?.['faster']).toMatchObject({
      vector: 'probe',
      strength: 6,
      firstLayer: 1,
      vectorSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      fit: { itemSetSha256: expect.stringMatching(/^[0-9a-f]{64}$/), heldOutR2: expect.any(Number) },
    });
    expect(steering?.['slower']?.firstLayer).toBeGreaterThan(1);
    const report = await readFile(join(folder, 'run', 'report.html'), 'utf8');
    expect(report).toContain('class="st-read"');
    expect(report).toContain(steering?.['faster']?.vectorSha256);
  });

  it('refuses a vector that was fitted on another model, and one that is not there', async () => {
    expect(await refused('reference')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /vector reference was fitted on reference \(sha256 [0-9a-f]{64}\), not on reference-nano/,
      ),
    });
    expect(await refused('prove')).toMatchObject({ stderr: expect.stringContaining('Did you mean probe?') });
  });
});
