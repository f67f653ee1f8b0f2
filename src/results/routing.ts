import type { ArmRouting, LongerWay } from '../domain/index.js';
import { shareOfItems } from './aggregate.js';
import { type ArmColumns, WAYS } from './columns.js';

/** How often an arm takes the longer way, over the samples that carry a decision; null where none does. */
export function armRouting(columns: ArmColumns, longerWay: LongerWay): ArmRouting | null {
  const rule = columns.routeRule();
  const ways = columns.flag('way');
  const decided = columns.select((row) => ways[row] !== WAYS.indexOf('none'));
  if (rule === null || decided.length === 0) return null;
  const taken = decided.flag('way').map((way) => Number(way === WAYS.indexOf('longer')));
  const { items, value, interval, method } = shareOfItems(decided, taken);
  return {
    of: longerWay,
    share: value,
    interval,
    intervalMethod: method,
    signal: rule.signal,
    threshold: rule.threshold,
    items,
    samples: decided.length,
  };
}
