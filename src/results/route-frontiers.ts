import type { Arm, RouteFrontier } from '../domain/index.js';
import { type CostAndGain, type LongerWhen, thresholdFrontier, type TwoWays } from '../statistics/index.js';
import { type ArmColumns, type RunColumns, WAYS } from './columns.js';
import { cellsOf } from './shared-samples.js';

/** A chart shows no more, and a large run has a threshold for almost every sample. */
const MOST_POINTS = 200;

/**
 * For every arm that chooses whether to think: what each threshold on its recorded signals would have come to, where
 * the suite also holds the arms that always go one way. Its samples are theirs token by token, so nothing is estimated.
 */
export function routeFrontiers(arms: readonly Arm[], run: RunColumns): RouteFrontier[] {
  return arms
    .filter((arm) => arm.technique === 'adaptive-think')
    .flatMap((arm) => {
      const beside = arms.filter((other) => isAlike(arm, other));
      const longer = beside.find(({ technique }) => technique === 'baseline');
      const shorter = beside.find(
        ({ technique, params }) => technique === 'nothinking' && params['prefill'] === arm.params['prefill'],
      );
      return longer && shorter ? (frontierOf({ arm, shorter, longer }, run) ?? []) : [];
    });
}

/** Apart from their techniques they would write the same. */
function isAlike(arm: Arm, other: Arm): boolean {
  return apartFromTechnique(arm) === apartFromTechnique(other);
}

function apartFromTechnique({ model, sampling, prompt }: Arm): string {
  return JSON.stringify([model, sampling, prompt]);
}

interface Ways {
  readonly arm: Arm;
  readonly shorter: Arm;
  readonly longer: Arm;
}

function frontierOf({ arm, shorter, longer }: Ways, { arms }: RunColumns): RouteFrontier | null {
  const [own, short, long] = [arms.get(arm.name), arms.get(shorter.name), arms.get(longer.name)];
  const rule = own?.routeRule();
  if (!own || !short || !long || !rule) return null;
  const longerWhen: LongerWhen = rule.signal === 'entropy' ? 'above' : 'at-most';
  const cases = twoWays(own, short, long);
  const points = thresholdFrontier(cases, longerWhen);
  if (points.length === 0) return null;
  return {
    arm: arm.name,
    shorter: shorter.name,
    longer: longer.name,
    signal: rule.signal,
    longerWhen,
    samples: cases.length,
    points: thinned(points).map(({ threshold, share, gain, cost }) => ({
      threshold,
      share,
      accuracy: gain,
      totalTokens: cost,
    })),
  };
}

/** The samples that all three have; either way costs what its arm spends and the probe that decides. */
function twoWays(own: ArmColumns, shorter: ArmColumns, longer: ArmColumns): TwoWays[] {
  const [shortRows, longRows] = [rowsByCell(shorter), rowsByCell(longer)];
  const [ways, signals, probe, item] = [own.flag('way'), own.signal(), own.column('probe'), own.column('item')];
  const found = [...cellsOf(own)].flatMap((cell, row) => {
    const [short, long] = [shortRows.get(cell), longRows.get(cell)];
    return short === undefined || long === undefined || ways[row] === WAYS.indexOf('none')
      ? []
      : [{ row, short, long }];
  });
  const repeats = new Map<number, number>();
  for (const { row } of found) repeats.set(item[row] ?? 0, (repeats.get(item[row] ?? 0) ?? 0) + 1);
  return found.map(({ row, short, long }) => ({
    signal: signals[row] ?? 0,
    weight: 1 / (repeats.get(item[row] ?? 0) ?? 1),
    shorter: outcome(shorter, short, probe[row] ?? 0),
    longer: outcome(longer, long, probe[row] ?? 0),
  }));
}

function outcome(columns: ArmColumns, row: number, probe: number): CostAndGain {
  return { gain: columns.flag('correct')[row] ?? 0, cost: (columns.column('total')[row] ?? 0) + probe };
}

function rowsByCell(columns: ArmColumns): Map<number, number> {
  return new Map([...cellsOf(columns)].map((cell, row): [number, number] => [cell, row]));
}

/** Both ends and what lies evenly between. */
function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MOST_POINTS);
  return points.filter((_point, index) => index % step === 0 || index === points.length - 1);
}
