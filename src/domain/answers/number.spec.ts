import * as fc from 'fast-check';
import { parseInteger, parseNumber } from './number.js';
import { equals, rational } from './rational.js';

const HALF = rational(1n, 2n);

describe('parseNumber', () => {
  it.each([
    ['42', 42n, 1n],
    ['-7', -7n, 1n],
    ['− 7', -7n, 1n],
    ['+3', 3n, 1n],
    ['1,234,567', 1234567n, 1n],
    ['1{,}234', 1234n, 1n],
    ['$1,200.50', 2401n, 2n],
    ['\\$18', 18n, 1n],
    ['3.25', 13n, 4n],
    ['.5', 1n, 2n],
    ['3/4', 3n, 4n],
    ['-3/4', -3n, 4n],
    ['\\frac{3}{4}', 3n, 4n],
    ['-\\frac{6}{8}', -3n, 4n],
    ['\\dfrac34', 3n, 4n],
    ['1.5e3', 1500n, 1n],
    ['1.5 \\times 10^{3}', 1500n, 1n],
    ['2*10^-2', 1n, 50n],
    ['x = 5', 5n, 1n],
    ['42 \\text{ apples}', 42n, 1n],
    ['30^\\circ', 30n, 1n],
    ['$12$', 12n, 1n],
    ['**12**', 12n, 1n],
    ['12.', 12n, 1n],
  ])('reads %s', (text, numerator, denominator) => {
    const value = parseNumber(text);
    expect(value && equals(value, rational(numerator, denominator))).toBe(true);
  });

  it.each([
    '',
    '50%',
    '50 \\%',
    '50 percent',
    '2 million',
    '3\\text{ thousand}',
    '3,5',
    '1,23',
    '12,3456',
    'abc',
    '1 2',
    '1/0',
    '1/2/3',
    '--5',
    '1e99999',
    '5 apples',
    '9:05',
    'NaN',
    'Infinity',
    '0x10',
    '½',
  ])('refuses %s', (text) => expect(parseNumber(text)).toBeNull());

  it('equals the exact decimal for any written decimal', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }),
        fc.integer({ min: 0, max: 20 }),
        (digits, places) => {
          const padded = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
          const cut = padded.length - places;
          const text = `${digits < 0n ? '-' : ''}${padded.slice(0, cut)}${places > 0 ? `.${padded.slice(cut)}` : ''}`;
          const value = parseNumber(text);
          expect(value && equals(value, rational(digits, 10n ** BigInt(places)))).toBe(true);
        },
      ),
    );
  });

  it('reads a number with thousands separators as the number without when groups are of three', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), (number) => {
        const value = parseInteger(number.toLocaleString('en-US'));
        expect(value && equals(value, rational(number))).toBe(true);
      }),
    );
  });
});

describe('parseInteger', () => {
  it('refuses fractions and calculations when a whole number is asked for', () => {
    expect(parseInteger('8/2')).toBeNull();
    expect(parseInteger('\\frac{8}{2}')).toBeNull();
    expect(parseInteger('3+4')).toBeNull();
  });

  it('keeps the fraction part when there is one', () => {
    const value = parseInteger('0.5');
    expect(value && equals(value, HALF)).toBe(true);
  });
});
