import type { ArmComparison, GroupComparison } from '../../comparisons/index.js';
import { differenceBar, differenceHead, differenceScale } from '../charts/difference-bar.js';
import { differenceEstimate, integer, percent, ratioEstimate } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { kindClassOf } from './compared-label.js';
import { verdictBadge, type Badge } from '../sections/findings.js';

export interface GroupTable {
  readonly title: string;
  readonly head: string;
  readonly scale: TrustedMarkup;
  readonly rows: readonly GroupRow[];
}

export interface GroupRow {
  readonly name: string;
  readonly isWhole: boolean;
  readonly pairs: string;
  readonly against: string;
  readonly arm: string;
  readonly difference: string;
  readonly interval: string;
  readonly bar: TrustedMarkup;
  readonly lost: string;
  readonly won: string;
  readonly ratio: string;
  readonly ratioInterval: string;
  readonly badge: Badge;
}

/** Data sets (all of them first), levels and lengths; a table of none is left out. */
export function groupTables(one: ArmComparison, margin: number): readonly GroupTable[] {
  const { overall, byDataset, byLevel, byLength } = one;
  const groups = [overall, ...byDataset, ...byLevel, ...byLength];
  const scale = differenceScale(
    groups.map(({ accuracyDeltaInterval }) => accuracyDeltaInterval),
    margin,
  );
  const className = kindClassOf(one.arm.technique);
  const table = (title: string, head: string, of: readonly GroupComparison[]): GroupTable => ({
    title,
    head,
    scale: differenceHead(scale),
    rows: of.map((group) => ({
      ...figuresOf(group, group === overall),
      bar: differenceBar(scale, className, { value: group.accuracyDelta, interval: group.accuracyDeltaInterval }),
    })),
  });
  const tables = [
    table('By data set', 'Data set', [overall, ...byDataset]),
    table('By level', 'Level', byLevel),
    table(`By thinking tokens of ${one.against.label}`, 'Thinking', byLength),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function figuresOf(group: GroupComparison, isWhole: boolean): Omit<GroupRow, 'bar'> {
  const difference = differenceEstimate(group.accuracyDelta, group.accuracyDeltaInterval);
  const ratio = ratioEstimate(group.thinkRatio, group.thinkRatioInterval);
  return {
    name: isWhole ? 'all items' : group.group,
    isWhole,
    pairs: integer(group.pairs),
    against: percent(group.means.against.accuracy),
    arm: percent(group.means.arm.accuracy),
    difference: difference.value,
    interval: difference.interval,
    lost: integer(group.flips.lost),
    won: integer(group.flips.won),
    ratio: ratio.value,
    ratioInterval: Number.isFinite(group.thinkRatio) ? ratio.interval : '',
    badge: verdictBadge(group.verdict),
  };
}
