import { meanInterval } from '../../statistics/index.js';
import { frontierChart } from '../charts/frontier.js';
import { isCrowded, numberedArms, type FrontierArm } from '../charts/frontier-arms.js';
import { frontierGeometry, WIDE } from '../charts/frontier-geometry.js';
import { integer, listed, percent, roundShare } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { deliveredTokens, itemMean } from '../paired-cells.js';
import type { ArmLabel, ArmView, ReportContext } from '../report-context.js';

export interface FrontierView {
  readonly chart: TrustedMarkup;
  readonly note: string;
  /** The arms that the chart numbers, in the order of their numbers. */
  readonly key: readonly FrontierKey[];
}

export interface FrontierKey {
  readonly number: number;
  readonly label: ArmLabel;
  readonly figures: string;
}

export function frontierSection(context: ReportContext): FrontierView | null {
  const arms = frontierArms(context);
  if (arms.length === 0) return null;
  return {
    chart: frontierChart(arms, context.input.result.run.nonInferiorityMargin),
    note: note(context, arms),
    key: [...numberedArms(arms)].flatMap(([arm, number]) => keyEntry(context, arm, number)),
  };
}

function keyEntry(context: ReportContext, arm: FrontierArm, number: number): readonly FrontierKey[] {
  const view = context.arms.find(({ result }) => result.name === arm.name);
  return view ? [{ number, label: view.label, figures: `${percent(arm.accuracy)}, ${integer(arm.delivered)}` }] : [];
}

export function frontierArms(context: ReportContext): readonly FrontierArm[] {
  return context.arms
    .filter((arm) => Number.isFinite(arm.result.overall.accuracy))
    .map((arm) => ({
      name: arm.result.name,
      style: arm.style,
      isReference: arm === context.reference,
      accuracy: arm.result.overall.accuracy,
      accuracyInterval: arm.result.overall.accuracyInterval,
      delivered: arm.result.overall.tokens.delivered.mean,
      deliveredInterval: context.hasAllSamples ? deliveredInterval(context, arm) : null,
      total: arm.result.overall.tokens.total.mean,
    }));
}

/** t interval of the mean over items. */
function deliveredInterval(context: ReportContext, arm: ArmView): FrontierArm['deliveredInterval'] {
  const perItem = context.index.items(arm.result.name).map((item) => itemMean(item, deliveredTokens));
  if (perItem.length < 2) return null;
  return meanInterval(perItem);
}

function note(context: ReportContext, arms: readonly FrontierArm[]): string {
  const which = isCrowded(arms) ? ' of the named arms' : '';
  const bars = context.hasAllSamples
    ? `Bars: 95 % intervals${which} in both directions.`
    : `Bars: 95 % intervals of accuracy${which}.`;
  const filled =
    'Filled marks are not dominated by any arm (none is both cheaper and better); the line is what can be reached with them.';
  const below =
    frontierGeometry(arms, WIDE).below.length > 0
      ? ' Arms more than 25 points below the best stand under the axis break.'
      : '';
  const key = numberedArms(arms).size > 0 ? ' Numbers: the key below, with accuracy and tokens per item.' : '';
  return `${bars} ${filled}${certainty(context)} Dashed: ${context.reference?.result.name ?? 'the baseline'}.${below}${key}`;
}

/** Arms that few draws put on the frontier are not worth their words. */
const LEAST_SHARE = 0.05;

function certainty({ input: { result } }: ReportContext): string {
  const { frontier } = result;
  if (!frontier) return '';
  const named = frontier.arms
    .filter(({ share }) => share >= LEAST_SHARE)
    .toSorted((a, b) => b.share - a.share)
    .map(({ arm, share }) => `${arm} ${roundShare(share)}`);
  return ` Other items of the same kind would leave undominated (share of ${integer(frontier.draws)} paired draws): ${listed(named)}.`;
}
