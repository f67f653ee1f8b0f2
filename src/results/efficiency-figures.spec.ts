import { columnsOf } from './columns.js';
import { compressionRate, armEfficiency } from './efficiency-figures.js';
import { pairItems } from './pairing.js';
import { ArmColumns } from './columns.js';
import { sampleBuilder, someStoredRun } from './testing.js';

const LEDGER = { prompt: 20, thinkSampled: 100, answerSampled: 10 };

function columns(...right: readonly boolean[]): ArmColumns {
  const samples = right.map((correct, item) => sampleBuilder({ item: `i${item}`, correct, ledger: LEDGER }));
  const found = columnsOf(samples);
  return found.arms.get('baseline') ?? new ArmColumns(found.items);
}

const [MODEL] = someStoredRun().provenance.models;

function model(sha256: string, fileBytes?: number) {
  if (!MODEL) throw new Error('the builder names no model');
  return { ...MODEL, sha256, ...(fileBytes !== undefined && { fileBytes }) };
}

describe('armEfficiency', () => {
  it('counts the prompt in OckScore and only thinking in the allowances', () => {
    const efficiency = armEfficiency(columns(true, true, true, false));
    expect(efficiency?.ockScore).toBeCloseTo(75 - 10 * Math.log(130 / 10_000 + 1), 12);
    expect(efficiency?.accuracyWithin.value).toBeCloseTo(0.75 * 0.9, 12);
    const [low, high] = efficiency?.accuracyWithin.interval ?? [1, 0];
    expect(low).toBeLessThan(0.675);
    expect(high).toBeGreaterThan(0.675);
    expect(high).toBeLessThanOrEqual(1);
  });

  it('is null without samples', () => {
    expect(armEfficiency(columns())).toBeNull();
  });
});

describe('compressionRate', () => {
  const whole = columns(true, true, true, true);
  const pairs = pairItems(whole.withFigures({ ...figuresOf(whole), correct: [1, 1, 1, 0] }), whole);

  it('is what is saved in bytes times what is kept of the accuracy', () => {
    expect(compressionRate(pairs, { own: model('a', 250), other: model('b', 1000) })).toBeCloseTo(4 * 0.75, 12);
  });

  it.each([
    ['the same file', { own: model('a', 10), other: model('a', 10) }],
    ['a size that is not known', { own: model('a'), other: model('b', 10) }],
    ['a model that is not named', { own: undefined, other: model('b', 10) }],
  ])('is null for %s', (_what, change) => {
    expect(compressionRate(pairs, change)).toBeNull();
  });
});

function figuresOf(of: ArmColumns) {
  return { delivered: of.column('delivered'), total: of.column('total') };
}
