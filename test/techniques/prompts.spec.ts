import { join } from 'node:path';
import { contentHash, LEDGER_KEYS, sha256Hex, type RunResult, type SampleRecord } from '../../src/domain/index.js';
import { jsonLines, suiteRuns, type SuiteRuns } from '../support/suite-run.js';

const SUITE = {
  name: 'prompts',
  model: 'reference-nano',
  datasets: [
    { name: 'arithmetic', limit: 5 },
    { name: 'countdown', limit: 3 },
  ],
  sampling: { maxTokens: 96 },
  timing: { items: 2 },
  arms: [
    { name: 'baseline', technique: 'baseline' },
    { name: 'concise', technique: 'be-concise' },
    { name: 'draft', technique: 'chain-of-draft' },
    { name: 'shots', technique: 'few-shot', params: { shots: 3 } },
    { name: 'batch', technique: 'batch-prompting', params: { size: 2 } },
  ],
};

/** A run of the shipped command line on the real engine and database. */
describe('prompt techniques in a run', () => {
  let runs: SuiteRuns;
  let samples: readonly SampleRecord[];
  let result: RunResult;
  const of = (arm: string): SampleRecord[] => samples.filter((sample) => sample.arm === arm);

  beforeAll(async () => {
    runs = await suiteRuns();
    ({ result, samples } = await runs.run(SUITE));
  }, 600_000);
  afterAll(async () => {
    await runs?.remove();
  });

  it('completes with a sample for every arm and item', () => {
    expect(result.run.status).toBe('completed');
    for (const { name } of SUITE.arms) expect(of(name)).toHaveLength(8);
  });

  it('adds to the prompt what the technique says, and charges it to the prompt', () => {
    for (const baseline of of('baseline')) {
      const [concise, draft] = ['concise', 'draft'].map((arm) => of(arm).find((one) => one.item === baseline.item));
      expect(concise?.prompt).toBe(baseline.prompt.replace('<|im_end|>', '\nBe concise.<|im_end|>'));
      expect(draft?.prompt).toMatch(/^<\|im_start\|>system\nThink step by step, but only keep minimum draft/);
      expect(concise?.ledger.prompt).toBeGreaterThan(baseline.ledger.prompt);
    }
  });

  it('shows examples of calibration items alone and records which', async () => {
    for (const dataset of ['arithmetic', 'countdown']) {
      const calibration = await jsonLines<{ question: string; answer: string; check: unknown }>(
        join('datasets', dataset, 'calibration.jsonl'),
      );
      const evaluated = await jsonLines<{ question: string }>(join('datasets', dataset, 'items.jsonl'));
      const prompts = of('shots')
        .filter((sample) => sample.dataset === dataset)
        .map((sample) => sample.prompt);
      const questions = prompts.map((prompt) =>
        [...prompt.matchAll(/Question: (.*)\nAnswer: /g)].map((match) => match[1]),
      );
      for (const shown of questions) {
        expect(shown).toEqual(questions[0]);
        expect(shown).toHaveLength(3);
        for (const question of shown) {
          expect(calibration.some((item) => item.question === question)).toBe(true);
          expect(evaluated.some((item) => item.question === question)).toBe(false);
        }
      }
      const used = calibration.filter((item) => questions[0]?.includes(item.question));
      const hashes = used.map(({ question, answer, check }) =>
        contentHash({ question, answer, check: typeof check === 'string' ? { type: check } : check, prompt: null }),
      );
      expect(result.run.provenance.examples?.['shots']?.[dataset]).toEqual({
        items: 3,
        itemSetSha256: sha256Hex(hashes.join('\n')),
      });
    }
  });

  it('asks a batch in one call whose samples add up to whole tokens', () => {
    const calls = [...Map.groupBy(of('batch'), (sample) => sample.group?.id ?? '').values()];
    expect(calls.map((call) => call.length).toSorted((a, b) => a - b)).toEqual([1, 1, 2, 2, 2]);
    for (const call of calls) {
      const members = call.toSorted((a, b) => (a.group?.index ?? 0) - (b.group?.index ?? 0));
      expect(new Set(members.map((sample) => sample.prompt)).size).toBe(1);
      expect(new Set(members.map((sample) => sample.dataset)).size).toBe(1);
      for (const [index, sample] of members.entries()) {
        expect(sample.group).toMatchObject({ index, size: members.length });
        expect(sample.prompt).toContain(`Q[${index + 1}]: `);
        for (const key of LEDGER_KEYS) expect(Number.isInteger(sample.ledger[key])).toBe(true);
      }
      const spent = members.reduce((sum, { ledger }) => sum + ledger.thinkSampled + ledger.answerSampled, 0);
      expect(spent).toBe(members.flatMap((sample) => [...sample.thinkIds, ...sample.answerIds]).length);
      expect(spent).toBeGreaterThan(0);
      // The cap is the call's, so the shares of a call stay below it together.
      expect(spent).toBeLessThanOrEqual(SUITE.sampling.maxTokens);
    }
  });

  it('times batches by the call and items alone by the item', () => {
    expect(result.arms.map(({ name, timing }) => [name, timing?.items])).toEqual(
      SUITE.arms.map(({ name }) => [name, 2]),
    );
  });
});
