import * as fc from 'fast-check';
import * as format from './format.js';

function decimals(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

describe('format', () => {
  it('groups thousands and uses a real minus when a number is negative', () => {
    expect(format.integer(1234567.4)).toBe('1,234,567');
    expect(format.decimal(-1234.56, 1)).toBe('\u22121,234.6');
    expect(format.integer(999)).toBe('999');
  });

  it('drops the sign when a value rounds to zero', () => {
    expect(format.signed(-0.0004, 1)).toBe('0.0');
    expect(format.signed(0.0004, 1)).toBe('0.0');
    expect(format.points(0)).toBe('0.0\u00a0pts');
  });

  it('puts a narrow no-break space before the per cent sign', () => {
    expect(format.percent(0.944)).toBe('94.4\u202f%');
    expect(format.points(-0.027)).toBe('\u22122.7\u00a0pts');
    expect(format.points(0.012)).toBe('+1.2\u00a0pts');
  });

  it('never rounds a share that is not 0 or 1 to 0 or 100', () => {
    expect(format.roundShare(0.002)).toBe('<1\u202f%');
    expect(format.roundShare(0)).toBe('0\u202f%');
    expect(format.roundShare(0.999)).toBe('>99\u202f%');
    expect(format.roundShare(1)).toBe('100\u202f%');
    expect(format.shareFigure(0.0002)).toBe('<0.1');
    expect(format.shareFigure(0)).toBe('0.0');
  });

  it('joins bounds with a dash when unsigned and with "to" when signed', () => {
    expect(format.accuracyEstimate(0.95, [0.93, 0.964])).toEqual({ value: '95.0', interval: '93.0–96.4' });
    expect(format.differenceEstimate(-0.027, [-0.041, -0.012])).toEqual({
      value: '\u22122.7',
      interval: '\u22124.1 to \u22121.2',
    });
    expect(format.ratioEstimate(0.5, [0.48, 0.52])).toEqual({ value: '0.50', interval: '0.48–0.52' });
  });

  it('adds a decimal to value and bounds when both bounds round to one figure', () => {
    expect(format.savingEstimate(0.0118, [0.011, 0.0122])).toEqual({
      value: '98.8\u202f%',
      interval: '98.8–98.9\u202f%',
    });
  });

  it('spells an interval of both signs with "to" when a saving is not certain', () => {
    expect(format.savingEstimate(0.98, [0.95, 1.03]).interval).toBe('\u22123 to +5\u202f%');
  });

  it('prints p with three decimals and never as zero', () => {
    expect(format.pValue(0.73)).toBe('p\u00a0=\u00a00.730');
    expect(format.pValue(0.0004)).toBe('p\u00a0<\u00a00.001');
    expect(format.pValue(null)).toBe('–');
  });

  it('prints a dash when a figure is missing', () => {
    expect(format.decimal(Number.NaN, 1)).toBe('–');
    expect(format.percent(Number.POSITIVE_INFINITY)).toBe('–');
    expect(format.date('not a date')).toBe('–');
  });

  it('prints sizes, times and dates in words', () => {
    expect(format.bytes(8_123_456_789)).toBe('8.1\u00a0GB');
    expect(format.bytes(0)).toBe('0\u00a0B');
    expect(format.duration(125)).toBe('2\u00a0min 5\u00a0s');
    expect(format.duration(3.25)).toBe('3.3\u00a0s');
    expect(format.duration(4320)).toBe('1\u00a0h 12\u00a0min');
    expect(format.dateTime('2026-11-23T14:05:09Z')).toBe('23\u00a0Nov\u00a02026, 14:05 UTC');
    expect(format.listed(['a', 'b', 'c'])).toBe('a, b and c');
  });

  it('keeps value and bounds at the same number of decimals for any interval', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 0.2, noNaN: true }), (a, w) => {
        const { value, interval } = format.accuracyEstimate(a, [a, a + w]);
        const [low = '', high = ''] = interval.split('–');
        expect(new Set([value, low, high].map(decimals)).size).toBe(1);
      }),
    );
  });

  it('never prints a hyphen for a minus', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (value) => {
        expect(format.points(value) + format.decimal(value, 2)).not.toContain('-');
      }),
    );
  });
});
