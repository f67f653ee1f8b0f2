import { tokenTotals, type SampleRecord } from '../../src/domain/index.js';
import type { SuppressionProvenance } from '../../src/domain/techniques/index.js';
import { suiteRuns, type SuiteRuns } from '../support/suite-run.js';

const SUITE = {
  name: 'forcing',
  model: 'reference',
  datasets: [
    { name: 'arithmetic', limit: 3 },
    { name: 'countdown', limit: 2 },
  ],
  sampling: { maxTokens: 900 },
  timing: { items: 1 },
  arms: [
    { name: 'baseline', technique: 'baseline' },
    { name: 'ban', technique: 'nowait' },
    { name: 'weak', technique: 'nowait', params: { penalty: 0.5 } },
    { name: 'strong', technique: 'nowait', params: { penalty: 90 } },
    { name: 'certain', technique: 'nowait', params: { confidence: 1, window: 8 } },
    { name: 's1', technique: 's1', params: { waits: 2 } },
    { name: 's1-40', technique: 's1', params: { waits: 2, tokens: 40 } },
    { name: 'soft', technique: 'soft-budget', params: { deadline: 48, interval: 20 } },
    { name: 'as-s1', technique: 'budget', params: { tokens: 24, style: 's1' } },
    { name: 'as-qwen3', technique: 'budget', params: { tokens: 24, style: 'qwen3' } },
    { name: 'as-llama', technique: 'budget', params: { tokens: 24, style: 'llama.cpp' } },
  ],
};

const ids = ({ thinkIds, answerIds }: SampleRecord): number[] => [...thinkIds, ...answerIds];

/** A run of the shipped command line on the real engine and database. */
describe('techniques that force text or hold it down, in a run', () => {
  let runs: SuiteRuns;
  let samples: readonly SampleRecord[];
  let suppression: Readonly<Record<string, SuppressionProvenance>>;
  const of = (arm: string): SampleRecord[] => samples.filter((sample) => sample.arm === arm);
  const baselineOf = (item: string): SampleRecord => {
    const found = of('baseline').find((sample) => sample.item === item);
    if (!found) throw new Error(`no baseline of ${item}`);
    return found;
  };

  beforeAll(async () => {
    runs = await suiteRuns();
    const { result, samples: made } = await runs.run(SUITE);
    suppression = result.run.provenance.suppression;
    samples = made;
  }, 600_000);
  afterAll(async () => {
    await runs?.remove();
  });

  it('goes as the baseline does up to the first event, and every token is in a column', () => {
    for (const { name } of SUITE.arms) {
      expect(of(name)).toHaveLength(5);
      for (const sample of of(name)) {
        const free = ids(baselineOf(sample.item));
        const first = sample.events[0]?.at ?? free.length;
        expect(ids(sample).slice(0, first)).toEqual(free.slice(0, first));
        expect(tokenTotals(sample.ledger).delivered).toBe(ids(sample).length);
        expect(sample.thinkIds).toHaveLength(sample.ledger.thinkSampled + sample.ledger.thinkInjected);
      }
    }
  });

  it('withholds the end of the thinking as often as s1 asks, and charges what it appends as injected', () => {
    for (const sample of of('s1')) {
      const waits = sample.events.filter(({ type }) => type === 'wait-inserted');
      expect(waits).toHaveLength(2);
      expect(sample.thinking.split('Wait').length).toBeGreaterThan(2);
      // What was appended stands at both places, and nothing else was injected.
      const length = sample.ledger.thinkInjected / 2;
      const [one, two] = waits.map(({ at }) => sample.thinkIds.slice(at, at + length));
      expect(one).toEqual(two);
      expect(sample.thinkIds.length).toBeGreaterThan(baselineOf(sample.item).thinkIds.length);
    }
  });

  it('keeps budgets to the token, whatever was appended before', () => {
    for (const [arm, budget] of [
      ['s1-40', 40],
      ['soft', 48],
      ['as-s1', 24],
      ['as-qwen3', 24],
      ['as-llama', 24],
    ] as const) {
      const cut = of(arm).filter(({ thinkStop }) => thinkStop === 'budget');
      expect(cut.length).toBeGreaterThan(0);
      for (const { ledger } of cut) expect(ledger.thinkSampled).toBe(1 + budget);
    }
  });

  it('tells the model of its budget while it thinks', () => {
    for (const { events, thinking } of of('soft')) {
      const told = events.map(({ detail }) => /used (\d+) tokens, and (\d+) tokens are left/.exec(detail)?.slice(1));
      expect(told.filter((numbers) => numbers !== undefined)).toEqual([
        ['20', '28'],
        ['40', '8'],
      ]);
      expect(thinking).toContain('\nI have used 20 tokens, and 28 tokens are left to answer.\n');
    }
  });

  it('bans words, or takes a penalty off them that is recorded with the run', () => {
    expect(suppression['ban']).not.toHaveProperty('penalty');
    expect(suppression['weak']).toEqual({ ...suppression['ban'], penalty: 0.5 });
    expect(suppression['certain']).toEqual({ ...suppression['ban'], confidence: 1, window: 8 });
    const events = (arm: string) => of(arm).flatMap((sample) => sample.events);
    expect(events('ban').length).toBeGreaterThan(0);
    // A penalty larger than any gap between logits is a ban; one smaller than the gaps changes nothing.
    expect(of('strong').map(ids)).toEqual(of('ban').map(ids));
    expect(events('weak').length).toBeLessThan(events('ban').length);
    // No model is that certain, so nothing is held down.
    expect(events('certain')).toEqual([]);
    expect(of('certain').map(ids)).toEqual(of('baseline').map(ids));
    expect(of('ban').map(ids)).not.toEqual(of('baseline').map(ids));
    expect(of('weak').map(ids)).not.toEqual(of('ban').map(ids));
  });

  it('closes with the published texts', () => {
    const endings: Readonly<Record<string, RegExp>> = {
      'as-s1': /^\n?<\/think>\n\nFinal Answer:$/,
      'as-qwen3': /^Considering the limited time .* directly now\.\n<\/think>\n\n$/,
      'as-llama': /^<\/think>$/,
    };
    for (const [arm, ending] of Object.entries(endings)) {
      for (const { events } of of(arm)) {
        expect(events.map(({ type }) => type)).toEqual(['forced']);
        expect(events[0]?.detail).toMatch(ending);
      }
    }
    for (const { answer } of of('as-s1')) expect(answer).toMatch(/^\s*Final Answer:/);
    for (const { thinking } of of('as-qwen3')) expect(thinking).toMatch(/directly now\.\s*$/);
  });
});
