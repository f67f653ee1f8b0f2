import type { Arm, RouteFrontier } from '../domain/index.js';
import { distinctThresholds, type RoutedSamples, routingPoint } from '../statistics/index.js';
import type { ArmColumns, RunColumns } from './columns.js';
import { type CommonRows, commonRows, routedSamples } from './routed-samples.js';

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
  const ways = { own, shorter: short, longer: long };
  const rows = commonRows(ways);
  if (rows.own.length === 0) return null;
  const isAbove = rule.signal === 'entropy';
  return {
    arm: arm.name,
    shorter: shorter.name,
    longer: longer.name,
    signal: rule.signal,
    longerWhen: isAbove ? 'above' : 'at-most',
    samples: rows.own.length,
    points: pointsOf(routedSamples(ways, rows, probesOf(own, rows)), isAbove ? -1 : 1),
  };
}

/** Either way costs the probe that decides. */
function probesOf(own: ArmColumns, rows: CommonRows): (way: string, sample: number) => number {
  const probe = own.column('probe');
  return (_way, sample) => probe[rows.own[sample] ?? 0] ?? 0;
}

/** With `sign` −1 the longer way is taken above the threshold: the same as below it, everything mirrored. */
function pointsOf(samples: RoutedSamples, sign: 1 | -1): RouteFrontier['points'] {
  const mirrored = { ...samples, signal: samples.signal.map((value) => sign * value) };
  return distinctThresholds(mirrored.signal, MOST_POINTS).map((limit) => {
    const { share, accuracy, total } = routingPoint(mirrored, limit);
    const threshold = between(mirrored.signal, limit);
    return { threshold: threshold === null ? null : sign * threshold, share, accuracy, totalTokens: total };
  });
}

/** Halfway between the limit and the signal before it, so that rounding decides nothing; null where all go one way. */
function between(signals: Float64Array, limit: number): number | null {
  let before = -Infinity;
  for (const signal of signals) if (signal < limit && signal > before) before = signal;
  return Number.isFinite(limit) && Number.isFinite(before) ? (before + limit) / 2 : null;
}
