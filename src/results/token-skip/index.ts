import type { Arm, CompressionCurve, TokenSkipResult } from '../../domain/index.js';
import { clusteredMeanInterval, mean } from '../../statistics/index.js';
import { ArmColumns, type RunColumns } from '../columns.js';
import { curveAdapter } from './adapters.js';
import { pairItems } from '../pairing.js';
import { collapseOf, meanAdherenceError, type IsShorter } from './adherence.js';
import { familiesOf, sharedParams, type Family } from './families.js';
import { pointOf, type Counted } from './points.js';
import { scorerComparisons } from './scorers.js';

/** Null unless some arm's technique is one of compression. */
export function tokenSkipResult(arms: readonly Arm[], run: RunColumns, seed: number): TokenSkipResult | null {
  const { families, unmatched } = familiesOf(arms);
  if (families.length === 0 && unmatched.length === 0) return null;
  const curves = families.flatMap((family) => curveOf(family, run, seed) ?? []);
  return { curves, unmatched: unmatched.map(({ name }) => name), scorers: scorerComparisons(curves, run) };
}

function curveOf({ arms, against }: Family, run: RunColumns, seed: number): CompressionCurve | null {
  const [first] = arms;
  if (!first) return null;
  const columnsOf = ({ name }: Arm): ArmColumns => run.arms.get(name) ?? new ArmColumns(run.items);
  const other = { name: against.name, columns: columnsOf(against) };
  const counted: Counted = mean(other.columns.column('think')) > 0 ? 'think' : 'delivered';
  const points = arms
    .map((arm) => pointOf({ arm, columns: columnsOf(arm), against: other, counted, seed }))
    .toSorted((a, b) => (b.ratio ?? 0) - (a.ratio ?? 0));
  return {
    technique: first.technique,
    params: sharedParams(first),
    model: first.model,
    adapter: curveAdapter(first),
    against: against.name,
    counted,
    points,
    adherenceError: meanAdherenceError(points),
    collapse: collapseOf(points, shorterIn(run, counted)),
  };
}

/** Paired by item, with the clustered t interval of the difference. */
function shorterIn(run: RunColumns, counted: Counted): IsShorter {
  return (arm, than) => {
    const [own, other] = [run.arms.get(arm), run.arms.get(than)];
    if (!own || !other) return false;
    const pairs = pairItems(own, other);
    const differences = pairs.arm[counted].map((tokens, pair) => tokens - (pairs.against[counted][pair] ?? 0));
    return clusteredMeanInterval(differences, pairs.clusters)[1] < 0;
  };
}
