import { max, min, sum } from 'd3-array';
import { percentFigure } from '../format.js';
import { shortened, textWidth } from './figure.js';
import { numberedArms, type ArmNumbers, type FrontierArm } from './frontier-arms.js';
import { linearScale, roundDomain } from './scale.js';

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
  /** Height of each mark in the strip. */
  readonly stripY: ReadonlyMap<FrontierArm, number>;
  readonly numbers: ArmNumbers;
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
const MARK_SPACING = 14;
export const LABEL_SIZE = 13;
export const NUMBER_SIZE = 12;

export function frontierGeometry(arms: readonly FrontierArm[], size: FrontierSize): FrontierGeometry {
  const best = max(arms, (arm) => arm.accuracy) ?? 1;
  const inWindow = arms.filter((arm) => arm.accuracy >= best - WINDOW);
  const below = arms.filter((arm) => arm.accuracy < best - WINDOW);
  const ceiling = Math.min(1, ceilTo(max(inWindow, (arm) => arm.accuracyInterval[1]) ?? 1, 0.05));
  const floor = windowFloor(inWindow, Math.max(0, best - WINDOW), ceiling);
  const most = size.variant === 'wide' ? 6 : 4;
  const x = linearScale(roundDomain([0, max(arms, reach) ?? 1], most), [size.left, size.right]);
  const numbers = numberedArms(arms);
  const rows = stripRows(below, (arm) => x(arm.delivered));
  const plotBottom = below.length === 0 ? size.bottom : size.bottom - STRIP_GAP - stripHeight(rows, numbers, size);
  const y = linearScale([floor, ceiling], [plotBottom, size.top]);
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
    stripY: stripHeights(rows, (plotBottom + 14 + size.bottom) / 2),
    numbers,
  };
}

/** The arm's name as the chart has room for it. */
export function shortName(arm: FrontierArm, size: FrontierSize): string {
  return shortened(arm.name, size.variant === 'wide' ? 24 : 15);
}

/** What stands beside the arm's mark. */
export function labelText(arm: FrontierArm, numbers: ArmNumbers, size: FrontierSize): string {
  const number = numbers.get(arm);
  return number === undefined ? `${shortName(arm, size)} ${percentFigure(arm.accuracy)}` : String(number);
}

type StripRows = ReadonlyMap<FrontierArm, number>;

/** Row of each mark in the strip: the first one in which it stands clear of the marks to its left. */
function stripRows(below: readonly FrontierArm[], x: (arm: FrontierArm) => number): StripRows {
  const ends: number[] = [];
  const rows = new Map<FrontierArm, number>();
  for (const arm of below.toSorted((a, b) => a.delivered - b.delivered)) {
    const free = ends.findIndex((end) => end <= x(arm));
    const row = free < 0 ? ends.length : free;
    ends[row] = x(arm) + MARK_SPACING;
    rows.set(arm, row);
  }
  return rows;
}

/** Room for all marks and labels of the strip, and to spare, because marks stand where their tokens put them. */
function stripHeight(rows: StripRows, numbers: ArmNumbers, size: FrontierSize): number {
  const below = [...rows.keys()];
  const widths = below.map((arm) => textWidth(labelText(arm, numbers, size), LABEL_SIZE) + STRIP_SPACING);
  const labelRows = Math.ceil((sum(widths) * 1.6) / (size.right - size.left));
  const markRows = 1 + (max(rows.values()) ?? 0);
  return 15 + Math.max(below.length > 1 ? 2 : 1, labelRows, markRows) * STRIP_ROW;
}

function stripHeights(rows: StripRows, middle: number): StripRows {
  const last = max(rows.values()) ?? 0;
  return new Map([...rows].map(([arm, row]) => [arm, middle + (row - last / 2) * (MARK_SPACING + 2)]));
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
