/**
 * Figures inside sentences and tables. U+2212 for minus, U+202F before %, U+00A0 before a unit, an en dash between
 * bounds of one sign, "to" between signed ones; a value and its bounds carry the same number of decimals.
 */
import type { Interval } from '../statistics/index.js';

export const MISSING = '–';

const MOST_DECIMALS = 4;

/** `1,234.5`, `−2.7`; a value that rounds to 0 has no sign. */
export function decimal(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return MISSING;
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(digits) ? `\u2212${digits}` : digits;
}

/** `+1.2`, `−2.7`, `0.0`. */
export function signed(value: number, decimals: number): string {
  const text = decimal(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

export function percent(figure: string): string {
  return `${figure}\u202f%`;
}

export function points(figure: string): string {
  return `${figure}\u00a0pts`;
}

/** Shares as percentages without the unit: `94.4` and `93.0–96.4`. */
export function shareFigures(value: number, interval: Interval): { value: string; interval: string } {
  return figures(value * 100, [interval[0] * 100, interval[1] * 100], 1);
}

export function ratioFigures(value: number, interval: Interval): { value: string; interval: string } {
  return figures(value, interval, 2);
}

/** `−2.7` and `−4.1 to −1.2`, from shares to points. */
export function differenceFigures(value: number, interval: Interval): { value: string; interval: string } {
  const bounds: Interval = [interval[0] * 100, interval[1] * 100];
  const decimals = decimalsFor(bounds, 1);
  return {
    value: signed(value * 100, decimals),
    interval: `${signed(bounds[0], decimals)} to ${signed(bounds[1], decimals)}`,
  };
}

/** Unsigned value and bounds; bounds of both signs are joined by "to". */
export function figures(value: number, interval: Interval, least: number): { value: string; interval: string } {
  const decimals = decimalsFor(interval, least);
  const [low, high] = interval;
  const bounds =
    low < 0
      ? `${signed(low, decimals)} to ${signed(high, decimals)}`
      : `${decimal(low, decimals)}–${decimal(high, decimals)}`;
  return { value: decimal(value, decimals), interval: bounds };
}

/** Upper bounds round up, so that "at most" stays true: 1.21 → `1.3`. */
export function roundedUp(value: number, decimals: number): string {
  const factor = 10 ** decimals;
  return decimal(Math.ceil(value * factor - 1e-9) / factor, decimals);
}

/** A margin in points as words need it: `2`, `1.5`, `0.25`. */
export function marginFigure(margin: number): string {
  return decimal(margin * 100, 2).replace(/\.?0+$/, '') || '0';
}

/** `1 item`, `2 items`. */
export function counted(count: number, singular: string): string {
  return `${decimal(count, 0)} ${singular}${count === 1 ? '' : 's'}`;
}

/** Counts that are estimates, two significant digits, rounded up: `1,900`. */
export function roundedCount(count: number): string {
  const magnitude = 10 ** Math.max(0, Math.floor(Math.log10(count)) - 1);
  return decimal(Math.ceil(count / magnitude) * magnitude, 0);
}

/** As many decimals as keep the bounds apart, at least `least`. */
export function decimalsFor([low, high]: Interval, least: number): number {
  const apart = (decimals: number): boolean => decimal(low, decimals) !== decimal(high, decimals);
  if (low === high || least >= MOST_DECIMALS || apart(least)) return least;
  return decimalsFor([low, high], least + 1);
}
