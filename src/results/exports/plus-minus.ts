import {
  TOKEN_COLUMNS,
  type ArmResult,
  type ComparisonResult,
  type RunResult,
  type TokenColumn,
} from '../../domain/index.js';
import type { Interval } from '../../statistics/index.js';
import type { ArmTable } from '../arm-table.js';
import { OVERALL } from '../compare.js';
import { decimal, decimalsFor, MISSING, signed } from '../number-format.js';

/** How the intervals of the table are to be read. */
export const PLUS_MINUS_READING =
  'Behind each figure is the distance to the bounds of its 95\u202f% interval: ± where both are equal, else up and down.';

const SHOWN: readonly TokenColumn[] = TOKEN_COLUMNS.filter((column) => column !== 'rejected');

/**
 * The arms for a paper or a pull request: accuracy in percent, its difference in points, mean tokens per item, ratio of
 * delivered tokens.
 */
export function plusMinusTable(result: RunResult): ArmTable {
  const routes = result.arms.some(({ routing }) => routing);
  const head = ['arm', 'accuracy, %', 'difference, points', ...SHOWN, 'ratio', 'censored, %', 'no answer, %'];
  return [
    [...head, ...(routes ? ['longer way, %'] : [])],
    ...result.arms.map((arm) => [...armRow(arm, result), ...(routes ? [routingCell(arm)] : [])]),
  ];
}

/** `90.0 ± 2.1`, or `90.0 +4.8 −8.5` where the interval lies unevenly; value plus distance is the rounded bound. */
export function plusMinus(value: number, interval: Interval, options: PlusMinusOptions): string {
  const [low, high] = interval;
  if (![value, low, high].every(Number.isFinite)) return MISSING;
  const decimals = decimalsFor(interval, options.decimals);
  const [middle, lower, upper] = [value, low, high].map((each) => Number(each.toFixed(decimals))) as [
    number,
    number,
    number,
  ];
  const shown = options.signed ? signed(middle, decimals) : decimal(middle, decimals);
  const up = decimal(upper - middle, decimals);
  const down = decimal(middle - lower, decimals);
  return up === down ? `${shown} ± ${up}` : `${shown} +${up} \u2212${down}`;
}

export interface PlusMinusOptions {
  /** At least as many; more where the bounds would not differ otherwise. */
  readonly decimals: number;
  /** Whether a gain gets a plus sign. */
  readonly signed?: boolean;
}

function armRow(arm: ArmResult, result: RunResult): string[] {
  const { overall } = arm;
  const comparison = result.comparisons.find((each) => each.arm === arm.name && each.dataset === OVERALL);
  const against = arm.name === result.run.against;
  return [
    arm.name,
    overall.items === 0 ? MISSING : percentage(overall.accuracy, overall.accuracyInterval),
    against ? MISSING : differenceCell(comparison),
    ...SHOWN.map((column) => decimal(overall.tokens[column].mean, 0)),
    against ? '1' : ratioCell(comparison),
    shareCell(overall.censoredShare),
    shareCell(overall.noAnswerShare),
  ];
}

function percentage(value: number, [low, high]: Interval, sign = false): string {
  return plusMinus(value * 100, [low * 100, high * 100], { decimals: 1, signed: sign });
}

function differenceCell(comparison: ComparisonResult | undefined): string {
  return comparison ? percentage(comparison.accuracyDelta, comparison.accuracyDeltaInterval, true) : MISSING;
}

function ratioCell(comparison: ComparisonResult | undefined): string {
  return comparison ? plusMinus(comparison.tokenRatio, comparison.tokenRatioInterval, { decimals: 2 }) : MISSING;
}

/** How often an arm that chooses takes the longer way. */
function routingCell({ routing }: ArmResult): string {
  return routing ? percentage(routing.share, routing.interval) : MISSING;
}

function shareCell(share: number): string {
  return share > 0 && share < 0.0005 ? '<0.1' : decimal(share * 100, 1);
}
