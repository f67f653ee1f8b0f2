import { routeOf, tokenTotals, type RunResult, type SampleRecord } from '../../src/domain/index.js';
import { suiteRuns, type SuiteRuns } from '../support/suite-run.js';

const RULES = {
  dynasor: { window: 2, chunk: 32 },
  convergence: { k: 3 },
  eat: { delimiter: '\n', minProbes: 4, delta: 0.01 },
  confidence: { threshold: 0.99, chunk: 32 },
} as const;
type Rule = keyof typeof RULES;
const RULE_NAMES = Object.keys(RULES) as Rule[];

const CASCADES = {
  cascade: { first: 'nothinking', threshold: 0.94 },
  'cascade-nano': { first: 'nano', threshold: 0.499, signal: 'answer-least' },
  'cascade-twice': { first: 'cascade', threshold: 0.95 },
} as const;

const SUITE = {
  name: 'dependent',
  model: 'reference',
  datasets: [
    { name: 'arithmetic', limit: 6 },
    { name: 'countdown', limit: 3 },
  ],
  sampling: { maxTokens: 700 },
  timing: { items: 1 },
  against: 'baseline',
  // What depends on others comes first here, and is made last.
  arms: [
    ...RULE_NAMES.map((rule) => ({
      name: `${rule}-replay`,
      technique: rule,
      params: { ...RULES[rule], replay: 'baseline' },
    })),
    ...RULE_NAMES.map((rule) => ({
      name: `${rule}-nowait`,
      technique: rule,
      params: { ...RULES[rule], replay: 'nowait' },
    })),
    ...Object.entries(CASCADES).map(([name, params]) => ({ name, technique: 'cascade', params })),
    ...RULE_NAMES.map((rule) => ({ name: rule, technique: rule, params: RULES[rule] })),
    { name: 'baseline', technique: 'baseline' },
    { name: 'nothinking', technique: 'nothinking' },
    { name: 'nowait', technique: 'nowait' },
    { name: 'nano', technique: 'baseline', model: 'reference-nano' },
  ],
};

/** A run of the shipped command line on the real engine and database. */
describe('arms that are made from other arms, in a run', () => {
  let runs: SuiteRuns;
  let samples: ReadonlyMap<string, SampleRecord>;
  let result: RunResult;
  const of = (arm: string): SampleRecord[] => [...samples.values()].filter((sample) => sample.arm === arm);
  const sampleOf = (arm: string, { dataset, item }: SampleRecord): SampleRecord => {
    const found = samples.get(`${arm} ${dataset} ${item}`);
    if (!found) throw new Error(`no ${arm} of ${item}`);
    return found;
  };

  beforeAll(async () => {
    runs = await suiteRuns();
    const made = await runs.run(SUITE);
    result = made.result;
    samples = new Map(made.samples.map((sample) => [`${sample.arm} ${sample.dataset} ${sample.item}`, sample]));
  }, 900_000);
  afterAll(async () => {
    await runs?.remove();
  });

  it.each(RULE_NAMES)('%s on the stored thinking of the baseline is what it is online, token by token', (rule) => {
    const replayed = of(`${rule}-replay`);
    expect(replayed).toHaveLength(9);
    for (const sample of replayed) {
      const { replay, ...made } = sample;
      expect(made).toEqual({ ...sampleOf(rule, sample), arm: `${rule}-replay` });
      expect(replay).toEqual({ of: 'baseline', preparationTokens: sampleOf('baseline', sample).thinkIds.length });
    }
    expect(replayed.some(({ thinkStop }) => thinkStop === 'exit')).toBe(true);
  });

  it.each(RULE_NAMES)('%s on the stored thinking of another arm goes through that one', (rule) => {
    for (const sample of of(`${rule}-nowait`)) {
      const source = sampleOf('nowait', sample);
      const exit = sample.events.find(({ type }) => type === 'exit');
      const followed = exit?.at ?? source.thinkIds.length;
      expect(sample.thinkIds.slice(0, followed)).toEqual(source.thinkIds.slice(0, followed));
      const held = source.events.filter(({ at }) => at < (exit?.at ?? Infinity));
      expect(sample.events.filter(({ type }) => type === 'suppressed')).toEqual(held);
      expect(exit !== undefined || sample.answer === source.answer).toBe(true);
      const { thinkSampled, probePrompt } = sample.ledger;
      expect(thinkSampled).toBe(exit ? followed : source.ledger.thinkSampled);
      expect(probePrompt > 0).toBe(sample.events.some(({ type }) => type === 'probe'));
    }
  });

  it('says in the result what a replay went through, and what that took to prepare', () => {
    const { thinkIds } = SUMS;
    for (const rule of RULE_NAMES) {
      const arm = result.arms.find(({ name }) => name === `${rule}-replay`);
      expect(arm?.replay).toEqual({ of: 'baseline', preparationTokens: thinkIds(of('baseline')) / 9 });
      expect(arm?.timing).toBeNull();
      expect(result.arms.find(({ name }) => name === rule)).not.toHaveProperty('replay');
    }
  });

  it.each(Object.keys(CASCADES) as (keyof typeof CASCADES)[])(
    '%s keeps what is certain and thinks about the rest',
    (name) => {
      const { first, threshold } = CASCADES[name];
      const made = of(name);
      expect(made).toHaveLength(9);
      for (const sample of made) {
        const [one, strong] = [sampleOf(first, sample), sampleOf('baseline', sample)];
        const { answerMean, answerLeast } = one.certainty!;
        const route = routeOf(sample.events)!;
        expect(route.value).toBe(route.signal === 'answer-mean' ? answerMean : answerLeast);
        expect(route).toMatchObject({ threshold, taken: route.value < threshold });
        const kept = route.taken ? strong : one;
        expect([...sample.thinkIds, ...sample.answerIds]).toEqual([...kept.thinkIds, ...kept.answerIds]);
        expect(sample.correct).toBe(kept.correct);
        const [own, its, paid] = [sample, kept, one].map(({ ledger }) => tokenTotals(ledger));
        expect(own!.delivered).toBe(its!.delivered);
        expect(own!.total).toBe(its!.total + (route.taken ? paid!.total : 0));
        expect(own!.rejected).toBe(route.taken ? paid!.delivered + paid!.rejected : its!.rejected);
      }
    },
  );

  it.each(Object.keys(CASCADES))('%s comes to the very point of the frontier of all thresholds', (name) => {
    const arm = result.arms.find((each) => each.name === name)!;
    const frontier = result.cascades?.find((each) => each.arm === name);
    expect(frontier?.chosen).toMatchObject({
      share: arm.routing?.share,
      accuracy: arm.overall.accuracy,
      deliveredTokens: arm.overall.tokens.delivered.mean,
      totalTokens: arm.overall.tokens.total.mean,
    });
    expect(frontier?.points.at(-1)).toMatchObject({ threshold: null, share: 1 });
    expect(arm.routing).toMatchObject({ of: 'escalates', samples: 9 });
  });

  it('hands some items on, and not all', () => {
    const share = result.arms.find(({ name }) => name === 'cascade')?.routing?.share ?? Number.NaN;
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThan(1);
  });
});

const SUMS = {
  thinkIds: (samples: readonly SampleRecord[]): number =>
    samples.reduce((sum, { thinkIds }) => sum + thinkIds.length, 0),
};
