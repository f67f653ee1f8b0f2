import { type ArmThinking, MEASURE_RULES, type MeasureEstimate } from '../domain/index.js';
import { clamp, clusteredMeanInterval, hull, type Interval, mean, wilsonInterval } from '../statistics/index.js';
import type { ArmColumns, NumberColumn } from './columns.js';

type Value = (row: number) => number;

/** A measure of the samples for which `counts` holds. */
interface Measure {
  readonly value: Value;
  readonly counts?: (row: number) => boolean;
  /** Shares lie in 0 … 1, counts from 0 on. */
  readonly isShare: boolean;
}

/** How an arm spends its thinking, over its measured samples; null where none is measured. */
export function armThinking(columns: ArmColumns): ArmThinking | null {
  const measured = columns.flag('measured');
  const samples = measured.reduce((sum, flag) => sum + flag, 0);
  if (samples === 0) return null;
  const positioned = columns.flag('positioned').reduce((sum, flag) => sum + flag, 0);
  const estimates = Object.entries(measures(columns)).map(([name, measure]): [string, MeasureEstimate] => [
    name,
    estimateOf(columns, measure),
  ]);
  return {
    rules: MEASURE_RULES,
    samples,
    positionedShare: positioned / samples,
    ...(Object.fromEntries(estimates) as Record<MeasureName, MeasureEstimate>),
  };
}

type MeasureName = Exclude<keyof ArmThinking, 'rules' | 'samples' | 'positionedShare'>;

function measures(columns: ArmColumns): Record<MeasureName, Measure> {
  const of = (name: NumberColumn): Value => {
    const column = columns.column(name);
    return (row) => column[row] ?? 0;
  };
  const [first, delivered, think] = [of('firstCorrect'), of('delivered'), of('think')];
  const [solutionTokens, convergedAt] = [of('solutionTokens'), of('convergedAt')];
  const [correct, looped] = [columns.flag('correct'), columns.flag('looped')];
  const found = (row: number): boolean => first(row) >= 0;
  const thinks = (row: number): boolean => think(row) > 0;
  const share =
    (part: Value, whole: Value): Value =>
    (row) =>
      whole(row) === 0 ? 0 : part(row) / whole(row);
  const efficiency: Value = (row) => (found(row) ? share(first, delivered)(row) : 0);
  return {
    everCorrect: { value: (row) => Number(found(row)), isShare: true },
    tokensToFirstCorrect: { value: first, counts: found, isShare: false },
    tokensAfterFirstCorrect: { value: (row) => delivered(row) - first(row), counts: found, isShare: false },
    outcomeEfficiency: { value: efficiency, isShare: true },
    processEfficiency: {
      value: share(of('distinctTokens'), solutionTokens),
      counts: (row) => solutionTokens(row) > 0,
      isShare: true,
    },
    solutions: { value: of('solutions'), isShare: false },
    underthinking: {
      value: (row) => (found(row) ? 1 - efficiency(row) : 0),
      counts: (row) => correct[row] === 0,
      isShare: true,
    },
    keywordReflections: { value: of('keywordReflections'), isShare: false },
    rederivations: { value: of('rederivations'), isShare: false },
    answerConvergence: {
      value: share(convergedAt, of('sentences')),
      counts: (row) => convergedAt(row) > 0,
      isShare: true,
    },
    repetition: { value: share(of('repeatedTokens'), think), counts: thinks, isShare: true },
    loops: { value: (row) => looped[row] ?? 0, counts: thinks, isShare: true },
  };
}

/** Mean of item means with its interval. */
function estimateOf(columns: ArmColumns, { value, counts = () => true, isShare }: Measure): MeasureEstimate {
  const measured = columns.flag('measured');
  const itemOfRow = columns.column('item');
  const sums = new Map<number, { sum: number; count: number }>();
  let samples = 0;
  for (let row = 0; row < columns.length; row += 1) {
    if (measured[row] !== 1 || !counts(row)) continue;
    const item = itemOfRow[row] ?? 0;
    const known = sums.get(item) ?? { sum: 0, count: 0 };
    sums.set(item, { sum: known.sum + value(row), count: known.count + 1 });
    samples += 1;
  }
  const items = [...sums.keys()];
  const values = [...sums.values()].map(({ sum, count }) => sum / count);
  const interval = intervalOf(values, columns.items.clustersOf(items), isShare);
  return { value: mean(values), interval, items: items.length, samples };
}

/**
 * t on item means, by cluster. Values that are all equal are no certainty: for a share Wilson's interval on the items
 * (or clusters) takes over, for a count there is no interval.
 */
export function intervalOf(values: readonly number[], clusters: readonly number[] | null, isShare: boolean): Interval {
  if (values.length === 0) return [Number.NaN, Number.NaN];
  const isSpread = values.some((value) => value !== values[0]);
  if (!isSpread && !isShare) return [Number.NaN, Number.NaN];
  const interval = isSpread ? clusteredMeanInterval(values, clusters) : ([mean(values), mean(values)] as const);
  if (!isShare) return [Math.max(0, interval[0]), interval[1]];
  const units = clusters === null ? values.length : new Set(clusters).size;
  return isSpread ? clamp(interval, 0, 1) : hull(interval, wilsonInterval(mean(values) * units, units));
}
