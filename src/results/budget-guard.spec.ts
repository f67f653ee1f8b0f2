import type { Arm, SampleRecord, TechniqueName } from '../domain/index.js';
import { budgetWarnings } from './budget-guard.js';
import { ArmColumns, columnsOf } from './columns.js';
import { compare, OVERALL } from './compare.js';
import { type MeasuredArm, unfairDifference } from './fairness.js';
import { sampleBuilder, type SampleChanges, someStoredRun } from './testing.js';

interface Case {
  readonly changeArm?: (arm: Arm) => Arm;
}

function warningsOf(samples: readonly SampleRecord[], { changeArm = (arm) => arm }: Case = {}) {
  const run = columnsOf(samples);
  const { suite } = someStoredRun({ changeArm });
  const side = (name: string): MeasuredArm => {
    const arm = suite.arms.find((one) => one.name === name);
    if (!arm) throw new Error(`no arm ${name}`);
    return { arm, columns: run.arms.get(name) ?? new ArmColumns(run.items) };
  };
  const [own, other] = [side('nowait'), side('baseline')];
  const [comparison] = compare(own.columns, other.columns, {
    arm: 'nowait',
    against: 'baseline',
    datasets: [],
    margin: 0.02,
    seed: 1,
    findings: true,
    incomparable: unfairDifference(own, other),
  });
  if (comparison?.dataset !== OVERALL) throw new Error('no comparison over all data sets');
  return { verdict: comparison.verdict, warnings: budgetWarnings({ own, other, comparison, margin: 0.02 }) };
}

/** `count` items with the outcome of both arms. */
function both(count: number, baseline: SampleChanges, nowait: SampleChanges, from = 0): SampleRecord[] {
  return Array.from({ length: count }, (_unused, index) => {
    const item = `i${String(from + index)}`;
    return [sampleBuilder({ item, ...baseline }), sampleBuilder({ item, arm: 'nowait', ...nowait })];
  }).flat();
}

const CUT: SampleChanges = { correct: false, extracted: null, thinkStop: 'cap', stopReason: 'length_cap' };
const SHORT = { ledger: { thinkSampled: 60 } } as const;

function half(arm: Arm): Arm {
  return arm.name === 'nowait' ? { ...arm, sampling: { ...arm.sampling, maxTokens: 128 } } : arm;
}

function halfBy(technique: TechniqueName, params: Arm['params']): Case {
  return { changeArm: (arm) => (arm.name === 'nowait' ? { ...half(arm), technique, params } : arm) };
}

function repeated(arm: Arm): Arm {
  return arm.name === 'nowait' ? { ...arm, sampling: { ...arm.sampling, repeats: 3 } } : arm;
}

function otherModelAndPrompt(arm: Arm): Arm {
  return arm.name === 'nowait' ? { ...arm, model: 'other', prompt: { ...arm.prompt, suffix: 'Be concise.' } } : arm;
}

describe('budgetWarnings', () => {
  it('says nothing when arms differ in the technique only', () => {
    expect(warningsOf(both(40, {}, SHORT)).warnings).toEqual([]);
  });

  it('names truncation repair when an arm wins what the cap cut in the other', () => {
    const samples = [...both(20, CUT, SHORT), ...both(200, {}, SHORT, 20)];
    const { verdict, warnings } = warningsOf(samples);
    expect(verdict).toBe('better');
    expect(warnings.map(({ kind }) => kind)).toEqual(['truncation-repair']);
    expect(warnings[0]?.text).toMatch(
      /^the token cap cut 20 items of baseline; over the 200 items that neither had cut, accuracy is 0\.0\u00a0pts .* and the verdict within margin$/,
    );
  });

  it('does not call it truncation repair when the verdict stands without the cut items', () => {
    const wins = both(60, { correct: false }, SHORT, 300);
    expect(warningsOf([...both(5, CUT, SHORT), ...both(140, {}, SHORT, 5), ...wins]).warnings).toEqual([]);
  });

  it('names the cap when an arm ran under a smaller one that some sample comes up to', () => {
    const { verdict, warnings } = warningsOf(both(40, {}, SHORT), { changeArm: half });
    expect(verdict).toBe('not-comparable');
    expect(warnings).toEqual([
      {
        kind: 'caps',
        text: 'token caps differ (128 and 1,024), and 40 of 80 samples come up to the smaller one',
      },
    ]);
    expect(warningsOf(both(40, SHORT, SHORT), { changeArm: half }).warnings).toEqual([]);
  });

  it('says where the cap is scaled by the ratio, and takes none that the technique itself sets for a difference', () => {
    const scaled = warningsOf(both(40, {}, SHORT), halfBy('tokenskip', { ratio: 0.125, maxTokens: 'scaled-by-ratio' }));
    expect(scaled.warnings[0]?.text).toMatch(/^token caps differ \(128 and 1,024: maxTokens × ratio\), and/);
    const cut = warningsOf(both(40, {}, SHORT), halfBy('truncate', { ratio: 0.125, cut: 'limit' }));
    expect(cut.warnings.map(({ kind }) => kind)).not.toContain('caps');
    expect(cut.verdict).not.toBe('not-comparable');
  });

  it('names the probes when they cost more than the delivered tokens save', () => {
    const probed = { ledger: { thinkSampled: 80, probePrompt: 40, probeSampled: 20 } };
    expect(warningsOf(both(40, {}, probed)).warnings).toEqual([
      {
        kind: 'total-tokens',
        text: 'it saves 30\u202f% of the delivered tokens, but with probes and rejected drafts it spends 15\u202f% more in all',
      },
    ]);
    const few = { ledger: { thinkSampled: 80, probePrompt: 10 } };
    expect(warningsOf(both(40, {}, few)).warnings).toEqual([]);
  });

  it('names the budget when an arm is better for more tokens', () => {
    const thrice = { ledger: { thinkSampled: 360, answerSampled: 39 } };
    const { warnings } = warningsOf([...both(30, { correct: false }, thrice), ...both(30, {}, thrice, 30)]);
    expect(warnings.map(({ kind, text }) => [kind, text.slice(0, 52)])).toEqual([
      ['total-tokens', 'it spends 3.00 times the tokens of baseline in all; '],
    ]);
  });

  it('names the prompt when it is longer than what the answers save', () => {
    const examples = { ledger: { prompt: 124, thinkSampled: 60 } };
    expect(warningsOf(both(40, {}, examples)).warnings).toEqual([
      {
        kind: 'prompt-tokens',
        text: 'its prompt is 100 tokens longer: prompt included, it spends 25\u202f% more instead of 45\u202f% less',
      },
    ]);
  });

  it('names unequal repeats when the sign hangs on which are counted', () => {
    const further = (correct: boolean) =>
      Array.from({ length: 20 }, (_unused, index) =>
        [1, 2].map((repeat) => sampleBuilder({ item: `i${index}`, arm: 'nowait', repeat, correct, ...SHORT })),
      ).flat();
    const first = both(20, {}, { ...SHORT, correct: true });
    const { warnings } = warningsOf([...first, ...further(false)], { changeArm: repeated });
    expect(warnings.map(({ kind }) => kind)).toEqual(['retries']);
    expect(warningsOf([...first, ...further(true)], { changeArm: repeated }).warnings).toEqual([]);
  });

  it('names what else differs when several things were changed at once', () => {
    expect(warningsOf(both(40, {}, SHORT), { changeArm: otherModelAndPrompt }).warnings).toEqual([
      {
        kind: 'several-differences',
        text: 'besides the technique its model and prompt differ from baseline; what is due to which cannot be told',
      },
    ]);
  });
});
