import { LONGEST_ANSWER, plainMath, unwrapText } from './markup.js';
import { divide, multiply, rational, type Rational } from './rational.js';

/** Exponents beyond this would only build huge integers. */
const LARGEST_EXPONENT = 400;
const LONGEST_NUMBER = 400;

/** Words after a number that change its value; such an answer is refused rather than guessed at. */
const SCALE_WORD = /percent|hundred|thousand|million|billion|trillion|dozen|[%‰]/i;

const DIGITS = String.raw`(?:\d{1,3}(?:,\d{3})+|\d+)`;
const DECIMAL = new RegExp(
  String.raw`^([+-]?)(${DIGITS})?(?:\.(\d*))?(?:[eE]([+-]?\d{1,4})|\*10\^\{?([+-]?\d{1,4})\}?)?$`,
);

/**
 * The value of a written number, or null where it is none. Accepted: sign, thousands separators in groups of three, a decimal
 * point, a power of ten (`1.5e3`, `1.5 \times 10^{3}`), a fraction of two such numbers, a currency sign in front, a unit in `\text{}`, `x =` in front.
 * Refused: per cent (`50%` may mean 50 or 0.5), scale words, a decimal comma, anything else.
 */
export function parseNumber(text: string): Rational | null {
  const bare = bareNumber(text);
  if (bare === null) return null;
  const fraction = /^([+-]?)\(?\(?([^()/]+)\)?\/\(?([^()/]+)\)?\)?$/.exec(bare);
  if (!fraction) return parseDecimal(bare);
  const [top, bottom] = [parseDecimal(fraction[2] ?? ''), parseDecimal(fraction[3] ?? '')];
  const value = top && bottom && divide(top, bottom);
  return value && multiply(value, rational(fraction[1] === '-' ? -1n : 1n));
}

/** As `parseNumber`, but no fraction: `8/2` is a calculation, not a whole number. `42.0` is one, `42.5` is parsed and differs from every whole number. */
export function parseInteger(text: string): Rational | null {
  const bare = bareNumber(text);
  return bare === null ? null : parseDecimal(bare);
}

/** A finite JavaScript number as the decimal that it prints as. */
export function rationalOf(value: number): Rational {
  return parseDecimal(String(value)) ?? rational(BigInt(Math.trunc(value)));
}

/** Without currency, unit, `x =` and spaces; null where a scale word or too long. */
function bareNumber(text: string): string | null {
  if (text.length > LONGEST_ANSWER || SCALE_WORD.test(text)) return null;
  const withoutUnit = text.replace(/\\(?:text|textbf|mathrm)\{[A-Za-z\s./]*\}|\^\{?\\circ\}?/g, '');
  const plain = plainMath(unwrapText(withoutUnit))
    .replace(/^[A-Za-z]\w{0,20}\s*=\s*/, '')
    .replace(/^([+-]?)\s*\\?[$€£]/, '$1')
    .replace(/\\?[$€£]$/, '')
    .replace(/\.$/, '')
    .trim();
  const joined = plain.replace(/\s*([*/^()+-])\s*/g, '$1');
  return joined === '' || joined.length > LONGEST_NUMBER || /\s/.test(joined) ? null : joined;
}

function parseDecimal(text: string): Rational | null {
  if (text.length > LONGEST_NUMBER) return null;
  const match = DECIMAL.exec(text);
  if (!match) return null;
  const [, sign, whole = '', decimals = '', exponentOfE, exponentOfTen] = match;
  if (whole === '' && decimals === '') return null;
  const exponent = Number(exponentOfE ?? exponentOfTen ?? 0) - decimals.length;
  if (Math.abs(exponent) > LARGEST_EXPONENT) return null;
  const digits = BigInt(whole.replaceAll(',', '') + decimals) * (sign === '-' ? -1n : 1n);
  return exponent < 0 ? rational(digits, 10n ** BigInt(-exponent)) : rational(digits * 10n ** BigInt(exponent));
}
