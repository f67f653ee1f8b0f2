import { plainMath, unwrapText } from './markup.js';
import { parseInteger } from './number.js';
import type { Rational } from './rational.js';

/** A time of day or a length in hours and minutes, or a plain number of something; the two are never equal. */
export type ClockValue =
  | { readonly kind: 'time'; readonly minutes: number }
  | { readonly kind: 'number'; readonly value: Rational };

const TIME = /^(\d{1,3})\s*:\s*(\d{2})\s*(?:(am|pm)|h|hours)?$/i;

/** `9:05`, `09:05`, `9:05 PM`, or a whole number; null for anything else. */
export function parseClock(text: string): ClockValue | null {
  if (text.length > 100) return null;
  const plain = plainMath(unwrapText(text))
    .replaceAll('$', '')
    .replace(/\b([ap])\.?\s?m\.?(?=\s*$)/i, '$1m')
    .replace(/\.$/, '')
    .trim();
  const match = TIME.exec(plain);
  if (!match) {
    const value = plain.includes(':') ? null : parseInteger(plain);
    return value && { kind: 'number', value };
  }
  const [hours, minutes, half] = [Number(match[1]), Number(match[2]), match[3]?.toLowerCase()];
  if (minutes > 59) return null;
  if (half === undefined) return { kind: 'time', minutes: hours * 60 + minutes };
  if (hours < 1 || hours > 12) return null;
  return { kind: 'time', minutes: ((hours % 12) + (half === 'pm' ? 12 : 0)) * 60 + minutes };
}
