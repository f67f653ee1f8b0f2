import type { ComparisonVerdict } from '../domain/index.js';
import { type Interval, itemsToSettle } from '../statistics/index.js';
import {
  decimal,
  differenceFigures,
  figures,
  marginFigure,
  percent,
  points,
  roundedCount,
  roundedUp,
} from './number-format.js';

/** A ratio of mean tokens of the arm to those of the arm it is compared with; NaN where both are 0. */
export interface RatioFigure {
  readonly ratio: number;
  readonly interval: Interval;
}

export interface FindingInput {
  readonly verdict: ComparisonVerdict;
  readonly pairs: number;
  readonly margin: number;
  readonly accuracyDelta: number;
  readonly accuracyDeltaInterval: Interval;
  readonly lowerBound: number;
  readonly think: RatioFigure;
  readonly delivered: RatioFigure;
  /** Ratio of mean total tokens (delivered, probes and rejected drafts). */
  readonly totalRatio: number;
  /** Why the arms cannot be compared, when they cannot. */
  readonly incomparable: string | null;
}

/** Savings of thinking and of all tokens are both named when they lie further apart than this. */
const SAVINGS_APART = 0.05;

/** From here on a number of items is no advice any more. */
const MOST_ITEMS = 100_000;

/** One sentence form per verdict: cost and gain stand side by side, nothing is called proven. */
export const FINDING_RULES: Readonly<Record<ComparisonVerdict, (input: FindingInput) => string>> = {
  'within-margin': (input) => `${savingPhrase(input)}; accuracy is ${worstCase(input)}, ${yourMargin(input)}`,
  'not-decisive': (input) =>
    `${savingPhrase(input)}; ${accuracyPhrase(input)}, a loss beyond your margin is not excluded; ${settlePhrase(input)}`,
  worse: (input) => `${savingPhrase(input)}; ${accuracyPhrase(input)}`,
  better: (input) => `${savingPhrase(input)}; ${accuracyPhrase(input)}`,
  'not-comparable': ({ incomparable }) => `not comparable: ${incomparable ?? 'no items in common'}`,
};

export function findingOf(input: FindingInput): string {
  return FINDING_RULES[input.verdict](input);
}

function worstCase({ lowerBound }: FindingInput): string {
  return `at most ${roundedUp(Math.max(0, -lowerBound) * 100, 1)} points worse (${percent('95')})`;
}

function yourMargin({ margin }: FindingInput): string {
  return `within your margin of ${marginFigure(margin)}`;
}

/** `accuracy −5.2 pts (−7.9 to −2.6)`. */
function accuracyPhrase({ accuracyDelta, accuracyDeltaInterval }: FindingInput): string {
  const { value, interval } = differenceFigures(accuracyDelta, accuracyDeltaInterval);
  return `accuracy ${points(value)} (${interval})`;
}

function settlePhrase({ accuracyDelta, accuracyDeltaInterval, pairs, margin }: FindingInput): string {
  const items = itemsToSettle({ difference: accuracyDelta, interval: accuracyDeltaInterval, items: pairs, margin });
  if (items > MOST_ITEMS) return `not even ${decimal(MOST_ITEMS, 0)} items would settle it`;
  return `about ${roundedCount(items)} items would settle it`;
}

/** `saves 39 % of thinking tokens (36–41 %), 32 % of all tokens`. */
function savingPhrase({ think, delivered, totalRatio }: FindingInput): string {
  if (!Number.isFinite(think.ratio)) return changePhrase(delivered, 'delivered tokens');
  const apart = Math.abs(think.ratio - totalRatio) > SAVINGS_APART;
  const rest = apart && Number.isFinite(totalRatio) ? `, ${totalPhrase(think.ratio, totalRatio)}` : '';
  return changePhrase(think, 'thinking tokens') + rest;
}

function changePhrase({ ratio, interval: [low, high] }: RatioFigure, what: string): string {
  if (!Number.isFinite(ratio)) return `spends no ${what} to compare`;
  if (ratio === 1 && low === 1 && high === 1) return `spends as many ${what}`;
  if (ratio <= 1) return `saves ${shareWithInterval(1 - ratio, [1 - high, 1 - low], what)}`;
  return `spends ${shareWithInterval(ratio - 1, [low - 1, high - 1], `more ${what}`)}`;
}

function shareWithInterval(share: number, [low, high]: Interval, what: string): string {
  const { value, interval } = figures(share * 100, [low * 100, high * 100], 0);
  const joint = what.startsWith('more') ? ' ' : ' of ';
  return `${percent(value)}${joint}${what} (${percent(interval)})`;
}

/** The verb is repeated only when the direction turns. */
function totalPhrase(thinkRatio: number, totalRatio: number): string {
  const share = percent(decimal(Math.abs(1 - totalRatio) * 100, 0));
  const saves = totalRatio <= 1;
  const verb = saves === thinkRatio <= 1 ? '' : saves ? 'saves ' : 'spends ';
  return saves ? `${verb}${share} of all tokens` : `${verb}${share} more of all tokens`;
}
