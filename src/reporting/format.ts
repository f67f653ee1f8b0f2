import type { Interval } from '../statistics/index.js';

/**
 * Numbers as the pages print them. U+2212 for minus, U+202F before %, U+00A0 before a unit, en dash between bounds.
 * A value and its bounds always carry the same number of decimals.
 */
const MINUS = '\u2212';
const NARROW_SPACE = '\u202f';
const NO_BREAK_SPACE = '\u00a0';
const MISSING = '–';
const MOST_DECIMALS = 4;

export type { Interval };

/** A figure with its bounds, both already text. */
export interface Estimate {
  readonly value: string;
  readonly interval: string;
}

/** `1,234.5`; negative values with U+2212; a rounded zero has no sign. */
export function decimal(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return MISSING;
  const [whole = '0', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
  return value < 0 && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

export function integer(value: number): string {
  return decimal(value, 0);
}

/** `+1.2`, `−2.7`, `0.0`. */
export function signed(value: number, decimals = 1): string {
  const text = decimal(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Share 0…1 as the figure of a column whose head carries the unit: `94.4`. */
export function percentFigure(share: number, decimals = 1): string {
  return decimal(share * 100, decimals);
}

/** `94.4 %`. */
export function percent(share: number, decimals = 1): string {
  return Number.isFinite(share) ? withPercent(percentFigure(share, decimals)) : MISSING;
}

/** `48 %`; what rounds to 0 or 100 but is neither: `<1 %`, `>99 %`. */
export function roundShare(share: number): string {
  if (!Number.isFinite(share)) return MISSING;
  if (share > 0 && share < 0.005) return withPercent('<1');
  if (share < 1 && share >= 0.995) return withPercent('>99');
  return percent(share, 0);
}

/** Figure of a share column: `0.0` for an exact zero, `<0.1` for what would round to it. */
export function shareFigure(share: number): string {
  if (share > 0 && share < 0.0005) return '<0.1';
  return percentFigure(share, 1);
}

/** Difference of two shares as points: `−2.7 pts`. */
export function points(difference: number, decimals = 1): string {
  return Number.isFinite(difference) ? `${signed(difference * 100, decimals)}${NO_BREAK_SPACE}pts` : MISSING;
}

/** A margin as words need it: `2`, `1.5`. */
export function pointsFigure(share: number): string {
  return decimal(share * 100, 2).replace(/\.?0+$/, '') || '0';
}

export function ratio(value: number): string {
  return decimal(value, 2);
}

/** `p = 0.730`, `p < 0.001`; spaces do not break. */
export function pValue(p: number | null): string {
  if (p === null || !Number.isFinite(p)) return MISSING;
  if (p < 0.001) return `p${NO_BREAK_SPACE}<${NO_BREAK_SPACE}0.001`;
  return `p${NO_BREAK_SPACE}=${NO_BREAK_SPACE}${decimal(p, 3)}`;
}

/** Accuracy `94.4` with `93.0–96.4`, no unit. */
export function accuracyEstimate(value: number, interval: Interval): Estimate {
  return estimate(value * 100, scaled(interval, 100), 1);
}

/** Difference in points `−2.7` with `−4.1 to −1.2`, no unit. */
export function differenceEstimate(value: number, interval: Interval): Estimate {
  const bounds = scaled(interval, 100);
  const decimals = decimalsFor(bounds, 1);
  return { value: signed(value * 100, decimals), interval: signedBounds(bounds, decimals) };
}

export function ratioEstimate(value: number, interval: Interval): Estimate {
  return estimate(value, interval, 2);
}

/** Saving = 1 − ratio; `50 %` with `48–52 %`. */
export function savingEstimate(tokenRatio: number, interval: Interval): Estimate {
  const bounds: Interval = [(1 - interval[1]) * 100, (1 - interval[0]) * 100];
  const saving = estimate((1 - tokenRatio) * 100, bounds, 0);
  return { value: withPercent(saving.value), interval: withPercent(saving.interval) };
}

/** `12.6 GB`, decimal units. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  const exponent = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const unit = units[exponent] ?? 'B';
  return `${decimal(value / 1000 ** exponent, exponent < 2 ? 0 : 1)}${NO_BREAK_SPACE}${unit}`;
}

/** `48 s`, `2 min 5 s`, `1 h 12 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return MISSING;
  if (seconds < 10) return `${decimal(seconds, 1)}${NO_BREAK_SPACE}s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}${NO_BREAK_SPACE}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}${NO_BREAK_SPACE}min ${whole % 60}${NO_BREAK_SPACE}s`;
  return `${Math.floor(minutes / 60)}${NO_BREAK_SPACE}h ${minutes % 60}${NO_BREAK_SPACE}min`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** `23 Nov 2026`, always UTC so that one run gives one page everywhere. */
export function date(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return MISSING;
  return `${at.getUTCDate()}${NO_BREAK_SPACE}${MONTHS[at.getUTCMonth()] ?? ''}${NO_BREAK_SPACE}${at.getUTCFullYear()}`;
}

/** `23 Nov 2026, 14:05 UTC`. */
export function dateTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return MISSING;
  return `${date(iso)}, ${twoDigits(at.getUTCHours())}:${twoDigits(at.getUTCMinutes())} UTC`;
}

function twoDigits(part: number): string {
  return String(part).padStart(2, '0');
}

/** `1 item`, `2 items`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${integer(count)} ${count === 1 ? singular : plural}`;
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

/** Unsigned value and bounds; bounds of both signs cannot be joined by a dash. */
function estimate(value: number, bounds: Interval, least: number): Estimate {
  const decimals = decimalsFor(bounds, least);
  const joined = `${decimal(bounds[0], decimals)}–${decimal(bounds[1], decimals)}`;
  return { value: decimal(value, decimals), interval: bounds[0] < 0 ? signedBounds(bounds, decimals) : joined };
}

function signedBounds([low, high]: Interval, decimals: number): string {
  return `${signed(low, decimals)} to ${signed(high, decimals)}`;
}

function withPercent(figure: string): string {
  return `${figure}${NARROW_SPACE}%`;
}

/** One decimal more while both bounds would round to the same figure, unless they are equal. */
function decimalsFor([low, high]: Interval, least: number): number {
  const isEnough = low === high || least >= MOST_DECIMALS || decimal(low, least) !== decimal(high, least);
  return isEnough ? least : decimalsFor([low, high], least + 1);
}

function scaled(interval: Interval, factor: number): Interval {
  return [interval[0] * factor, interval[1] * factor];
}
