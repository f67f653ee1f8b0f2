import type { Arm, RouteFrontier } from '../domain/index.js';
import { type LongerWhen, thresholdFrontier } from '../statistics/index.js';
import type { RunColumns } from './columns.js';
import { commonRows, thinned, twoWays } from './two-ways.js';

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
  const columns = { own, shorter: short, longer: long };
  const rows = commonRows(columns);
  // Either way costs what its arm spends and the probe that decides.
  const probe = own.column('probe');
  const cases = twoWays({ arms: columns, rows, column: 'total' }, (_way, at) => probe[at.own] ?? 0);
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
