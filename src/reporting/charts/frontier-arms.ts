import { paretoMembership } from '../../statistics/index.js';
import type { ArmStyle } from '../arm-styles.js';
import type { Interval } from '../format.js';

export interface FrontierArm {
  readonly name: string;
  readonly style: ArmStyle;
  /** The arm that the others are compared with. */
  readonly isReference: boolean;
  readonly accuracy: number;
  readonly accuracyInterval: Interval;
  /** Mean tokens per item. */
  readonly delivered: number;
  /** Null where the samples needed for it are not at hand. */
  readonly deliveredInterval: Interval | null;
  readonly total: number;
}

/** Number of each arm that the chart has no room to name; empty where it names all. */
export type ArmNumbers = ReadonlyMap<FrontierArm, number>;

/** As many names as a chart can hold beside their marks. */
export const MOST_NAMES = 10;

/** The arms that no other dominates (fewer total tokens and at least the accuracy). Cheapest first. */
export function nonDominated(arms: readonly FrontierArm[]): readonly FrontierArm[] {
  const members = paretoMembership(arms.map((arm) => ({ cost: arm.total, gain: arm.accuracy })));
  return arms.filter((_arm, index) => members[index]).toSorted((a, b) => a.total - b.total);
}

/**
 * Arms that are numbered in the chart, from left to right, and named in the key below it. A chart of up to ten arms names
 * those with a colour of their own; a larger one the reference and the arms that nothing dominates, the best of them.
 */
export function numberedArms(arms: readonly FrontierArm[]): ArmNumbers {
  const named = new Set(isCrowded(arms) ? leading(arms) : arms.filter((arm) => arm.style.labelled));
  const others = arms.filter((arm) => !named.has(arm)).toSorted((a, b) => a.delivered - b.delivered);
  return new Map(others.map((arm, index) => [arm, index + 1]));
}

/** Too many arms for names and interval bars of all. */
export function isCrowded(arms: readonly FrontierArm[]): boolean {
  return arms.length > MOST_NAMES;
}

function leading(arms: readonly FrontierArm[]): readonly FrontierArm[] {
  const frontier = nonDominated(arms).toSorted((a, b) => b.accuracy - a.accuracy);
  return [...new Set([...arms.filter((arm) => arm.isReference), ...frontier])].slice(0, MOST_NAMES);
}
