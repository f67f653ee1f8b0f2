import type { ArmComparison, ComparisonDocument } from '../../comparisons/index.js';
import type { ComparisonVerdict } from '../../domain/index.js';
import { counted, decimal, integer, listed, percent } from '../format.js';
import { verdictBadge } from '../sections/findings.js';

/** The title of the page: what one comparison says, or what several come to. */
export function comparisonHeadline({ compared }: ComparisonDocument): string {
  const [first, ...others] = compared;
  if (!first) return 'Nothing to compare';
  return others.length === 0 ? single(first) : several(compared);
}

function single(one: ArmComparison): string {
  const { arm, against, overall } = one;
  const size = decimal(Math.abs(overall.accuracyDelta * 100), 1);
  if (overall.verdict !== 'not-comparable' && isUnchanged(one)) return `${arm.label} and ${against.label} answer alike`;
  switch (overall.verdict) {
    case 'not-comparable':
      return `${arm.label} and ${against.label} are not comparable`;
    case 'worse':
      return `${arm.label} loses ${size} points${whereLost(one)}`;
    case 'better':
      return `${arm.label} gains ${size} points`;
    case 'within-margin':
      return `${arm.label} stays within the margin${saving(one)}`;
    case 'not-decisive':
      return `${arm.label} against ${against.label} is not decided by ${counted(overall.pairs, 'item')}`;
  }
}

function isUnchanged({ overall }: ArmComparison): boolean {
  return overall.flips.lost + overall.flips.won === 0 && overall.tokenRatio === 1;
}

/** Names the data set that holds most of what was lost. */
function whereLost({ overall, byDataset }: ArmComparison): string {
  const worst = byDataset.toSorted((a, b) => b.flips.lost - a.flips.lost)[0];
  if (!worst || worst.flips.lost * 2 <= overall.flips.lost) return '';
  return `, and ${integer(worst.flips.lost)} of the ${counted(overall.flips.lost, 'lost answer')} are ${worst.group}`;
}

function saving({ overall }: ArmComparison): string {
  return overall.thinkRatio < 1 ? ` and saves ${percent(1 - overall.thinkRatio, 0)} of the thinking` : '';
}

const ORDER: readonly ComparisonVerdict[] = ['worse', 'not-decisive', 'within-margin', 'better', 'not-comparable'];

function several(compared: readonly ArmComparison[]): string {
  const counts = ORDER.flatMap((verdict) => {
    const count = compared.filter(({ overall }) => overall.verdict === verdict).length;
    return count === 0 ? [] : [`${integer(count)} ${verdictBadge(verdict).word}`];
  });
  return `${counted(compared.length, 'comparison')}: ${listed(counts)}`;
}
