import {
  isControlScorer,
  type Arm,
  type CompressionCurve,
  type LengthTarget,
  type ScorerComparison,
} from '../../domain/index.js';
import { itemMeans, lengthMatchedDifferences, lengthVerdict, mean, type LengthCurve } from '../../statistics/index.js';
import { ArmColumns, type RunColumns } from '../columns.js';
import { counted as countedWords, decimal, differenceFigures, points } from '../number-format.js';

/** Shares of the unmodified length at which scorers are compared, as far as all of their curves come to them. */
const TARGETS = [0.5, 0.6, 0.7, 0.8] as const;

/** Each scorer that judges importance against each that does not, among curves that differ in their adapter alone. */
export function scorerComparisons(curves: readonly CompressionCurve[], run: RunColumns): ScorerComparison[] {
  const trained = curves.filter(({ adapter }) => typeof adapter?.scorer === 'string');
  const alike = Map.groupBy(trained, ({ params, model, against, adapter }) =>
    JSON.stringify([params, model, against, adapter?.scale]),
  );
  return [...alike.values()].flatMap((group) => {
    const byScorer = Map.groupBy(group, ({ adapter }) => adapter?.scorer ?? '');
    const controls = [...byScorer].filter(([scorer]) => isControlScorer(scorer));
    const informed = [...byScorer].filter(([scorer]) => !isControlScorer(scorer));
    return informed.flatMap(([scorer, own]) =>
      controls.flatMap(([control, others]) => compareScorers({ scorer, own, control, others }, run) ?? []),
    );
  });
}

interface Scorers {
  readonly scorer: string;
  readonly own: readonly CompressionCurve[];
  readonly control: string;
  readonly others: readonly CompressionCurve[];
}

function compareScorers({ scorer, own, control, others }: Scorers, run: RunColumns): ScorerComparison | null {
  const [first] = own;
  if (!first) return null;
  const { model, against, counted } = first;
  const means = new ItemMeans(run, counted);
  const items = means.common([against, ...[...own, ...others].flatMap((curve) => curve.points.map(({ arm }) => arm))]);
  if (items.length === 0) return null;
  const length = mean(means.lengths(against, items));
  const curveOf = ({ adapter, points: of }: CompressionCurve): LengthCurve => ({
    seed: adapter?.seed ?? null,
    arms: of.map(({ arm }) => ({ length: mean(means.lengths(arm, items)), gains: means.gains(arm, items) })),
  });
  const targets = lengthMatchedDifferences(own.map(curveOf), others.map(curveOf), {
    targets: TARGETS.map((share) => share * length),
    clusters: run.items.clustersOf(items),
  }).map(({ target, ...found }): LengthTarget => ({ actRatio: target / length, tokens: target, ...found }));
  const verdict = lengthVerdict(targets);
  const told = { scorer, control, model, against, seeds: [own.length, others.length] as const, items: items.length };
  return { ...told, targets, verdict, sentence: sentenceOf({ ...told, targets, verdict }) };
}

/** Means over repeats, by item. */
class ItemMeans {
  constructor(
    private readonly run: RunColumns,
    private readonly counted: CompressionCurve['counted'],
  ) {}

  /** Items that every one of the arms has. */
  common(arms: readonly Arm['name'][]): number[] {
    const all = arms.map((arm) => new Set(this.columns(arm).column('item')));
    return Array.from({ length: this.run.items.size }, (_unused, item) => item).filter((item) =>
      all.every((items) => items.has(item)),
    );
  }

  lengths(arm: string, items: readonly number[]): Float64Array {
    return this.means(arm, this.columns(arm).column(this.counted), items);
  }

  gains(arm: string, items: readonly number[]): Float64Array {
    return this.means(arm, this.columns(arm).flag('correct'), items);
  }

  private means(arm: string, values: ArrayLike<number>, items: readonly number[]): Float64Array {
    const all = itemMeans(values, this.columns(arm).column('item'), this.run.items.size);
    return Float64Array.from(items, (item) => all[item] ?? Number.NaN);
  }

  private columns(arm: string): ArmColumns {
    return this.run.arms.get(arm) ?? new ArmColumns(this.run.items);
  }
}

/** What decided, or what was nearest to deciding. */
function sentenceOf(found: Omit<ScorerComparison, 'sentence'>): string {
  const { scorer, control, seeds, items, targets, verdict } = found;
  const [telling] = targets.toSorted((a, b) => a.holmP - b.holmP || Math.abs(b.difference) - Math.abs(a.difference));
  if (!telling) {
    return `${scorer} and ${control} have no length in common between ${TARGETS[0]} and ${TARGETS.at(-1) ?? 1} of ${found.against}; they cannot be compared.`;
  }
  const figures = differenceFigures(telling.difference, telling.interval);
  const where = `${points(figures.value)} (${figures.interval}) at ${decimal(telling.actRatio, 1)} of ${found.against}'s length`;
  const basis = `${countedWords(items, 'item')}, ${seedWords(seeds)}${spreadWords(telling)}, corrected for ${countedWords(targets.length, 'length')}`;
  switch (verdict) {
    case 'beats':
      return `${scorer} beats ${control} at equal length: ${where}; ${basis}.`;
    case 'worse':
      return `${scorer} is worse than ${control} at equal length: ${where}; ${basis}.`;
    case 'not-decisive':
      return `Whether ${scorer} beats ${control} at equal length is not decisive: ${where}; ${basis}.`;
  }
}

function seedWords([own, others]: readonly [number, number]): string {
  return own === others ? countedWords(own, 'seed') : `${decimal(own, 0)} and ${countedWords(others, 'seed')}`;
}

function spreadWords({ seedSpread }: LengthTarget): string {
  return seedSpread === null ? '' : ` (which differ by ${decimal(seedSpread * 100, 1)} points, SD)`;
}
