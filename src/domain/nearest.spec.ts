import * as fc from 'fast-check';
import { editDistance, nearestName } from './nearest.js';

describe('nearestName', () => {
  it('finds the meant name when letters are swapped, missing or doubled', () => {
    const names = ['technique', 'temperature', 'timing'];
    expect(nearestName('tecnhique', names)).toBe('technique');
    expect(nearestName('temprature', names)).toBe('temperature');
    expect(nearestName('Timming', names)).toBe('timing');
  });

  it('offers nothing when no name is close', () => {
    expect(nearestName('colour', ['technique', 'timing'])).toBeNull();
    expect(nearestName('', [])).toBeNull();
  });
});

describe('editDistance', () => {
  it('counts one step per insertion, deletion, substitution and neighbour swap', () => {
    expect(editDistance('abc', 'abc')).toBe(0);
    expect(editDistance('abc', 'ab')).toBe(1);
    expect(editDistance('abc', 'axc')).toBe(1);
    expect(editDistance('abc', 'acb')).toBe(1);
    expect(editDistance('', 'abc')).toBe(3);
  });

  it('is symmetric and bounded by the longer text', () => {
    const text = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance === 0).toBe(a === b);
      }),
    );
  });
});
