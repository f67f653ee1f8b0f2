import { max, min, sum } from 'd3-array';
import { paretoMembership } from '../../statistics/index.js';
import type { ArmStyle } from '../arm-styles.js';
import type { Interval } from '../format.js';
import { shortened, textWidth } from './figure.js';
import { linearScale, roundDomain } from './scale.js';

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

export interface FrontierSize {
  readonly variant: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Of the axis; the strip for arms below the scale lies above it. */
  readonly bottom: number;
}

export interface FrontierGeometry {
  readonly size: FrontierSize;
  readonly x: (tokens: number) => number;
  readonly y: (accuracy: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** Lower end of the accuracy window. */
  readonly floor: number;
  readonly ceiling: number;
  readonly plotBottom: number;
  readonly inWindow: readonly FrontierArm[];
  /** Arms under the window, drawn in the strip below the axis break. */
  readonly below: readonly FrontierArm[];
}

export const WIDE: FrontierSize = {
  variant: 'wide',
  width: 712,
  height: 500,
  left: 40,
  right: 700,
  top: 22,
  bottom: 448,
};
export const NARROW: FrontierSize = {
  variant: 'narrow',
  width: 358,
  height: 480,
  left: 32,
  right: 350,
  top: 24,
  bottom: 416,
};

const WINDOW = 0.25;
const SMALLEST_WINDOW = 0.05;
const STRIP_GAP = 10;
const STRIP_ROW = 19;
const STRIP_SPACING = 24;
export const LABEL_SIZE = 13;

export function frontierGeometry(arms: readonly FrontierArm[], size: FrontierSize): FrontierGeometry {
  const best = max(arms, (arm) => arm.accuracy) ?? 1;
  const inWindow = arms.filter((arm) => arm.accuracy >= best - WINDOW);
  const below = arms.filter((arm) => arm.accuracy < best - WINDOW);
  const ceiling = Math.min(1, ceilTo(max(inWindow, (arm) => arm.accuracyInterval[1]) ?? 1, 0.05));
  const floor = windowFloor(inWindow, Math.max(0, best - WINDOW), ceiling);
  const plotBottom = below.length === 0 ? size.bottom : size.bottom - STRIP_GAP - stripHeight(below, size);
  const most = size.variant === 'wide' ? 6 : 4;
  const y = linearScale([floor, ceiling], [plotBottom, size.top]);
  const x = linearScale(roundDomain([0, max(arms, reach) ?? 1], most), [size.left, size.right]);
  return {
    size,
    inWindow,
    below,
    ceiling,
    floor,
    plotBottom,
    x,
    y,
    xTicks: x.ticks(most + 1),
    yTicks: y.ticks(6),
  };
}

/** The arms that no other dominates (fewer total tokens and at least the accuracy). Cheapest first. */
export function nonDominated(arms: readonly FrontierArm[]): readonly FrontierArm[] {
  const members = paretoMembership(arms.map((arm) => ({ cost: arm.total, gain: arm.accuracy })));
  return arms.filter((_arm, index) => members[index]).toSorted((a, b) => a.total - b.total);
}

/** The arm's name as the chart has room for it. */
export function shortName(arm: FrontierArm, size: FrontierSize): string {
  return shortened(arm.name, size.variant === 'wide' ? 24 : 15);
}

/** Rows for all labels of the strip, with room to spare, because marks stand where their tokens put them. */
function stripHeight(below: readonly FrontierArm[], size: FrontierSize): number {
  const widths = below.map((arm) => textWidth(`${shortName(arm, size)} 00.0`, LABEL_SIZE) + STRIP_SPACING);
  const rows = Math.ceil((sum(widths) * 1.6) / (size.right - size.left));
  return 15 + Math.max(below.length > 1 ? 2 : 1, rows) * STRIP_ROW;
}

/** Room for the lowest interval, in fives, but never more than the window below the best arm. */
function windowFloor(inWindow: readonly FrontierArm[], lowest: number, ceiling: number): number {
  const wanted = floorTo((min(inWindow, (arm) => arm.accuracyInterval[0]) ?? 0) - 0.004, 0.05);
  return Math.max(0, Math.min(Math.max(wanted, floorTo(lowest, 0.05)), ceiling - SMALLEST_WINDOW));
}

function reach(arm: FrontierArm): number {
  return Math.max(1, arm.total, arm.deliveredInterval?.[1] ?? arm.delivered);
}

function floorTo(value: number, step: number): number {
  return Math.round(Math.floor(value / step + 1e-9) * step * 100) / 100;
}

function ceilTo(value: number, step: number): number {
  return Math.round(Math.ceil(value / step - 1e-9) * step * 100) / 100;
}
