import * as fc from 'fast-check';
import { alignSteps } from './align.js';
import { splitSteps } from './steps.js';

const align = (left: string, right: string) => alignSteps(splitSteps(left), splitSteps(right));

const lines = fc
  .array(fc.constantFrom('Let me see', '3 + 4 = 7', 'Wait, check', '3 + 4 = 8', 'So it is 7', 'x', 'x y z'), {
    maxLength: 14,
  })
  .map((all) => all.join('\n'));

function long(word: string): string {
  return Array.from({ length: 900 }, (_unused, index) => `${word} ${index}`).join('\n');
}

describe('alignSteps', () => {
  it('covers every step of both traces once and in order for any two traces', () => {
    fc.assert(
      fc.property(lines, lines, (left, right) => {
        const rows = align(left, right);
        const covered = (side: 'left' | 'right'): number[] =>
          rows.flatMap((row) => Array.from({ length: row[side].to - row[side].from }, (_u, i) => row[side].from + i));
        expect(covered('left')).toEqual(splitSteps(left).map((_step, index) => index));
        expect(covered('right')).toEqual(splitSteps(right).map((_step, index) => index));
      }),
    );
  });

  it('marks everything as the same when both traces are equal', () => {
    fc.assert(
      fc.property(lines, (text) => {
        expect(align(text, text).every((row) => row.same)).toBe(true);
      }),
    );
  });

  it('pairs steps of the same thought when words in them differ', () => {
    const rows = align(
      'Start.\nDivide by 30: n = 2760 / 30 = 92.\nEnd.',
      'Start.\nDivide by 30: n = 2750 / 30 = 95.\nEnd.',
    );
    expect(rows).toHaveLength(3);
    expect(rows[1]).toEqual({ left: { from: 1, to: 2 }, right: { from: 1, to: 2 }, same: false });
  });

  it('leaves the other side empty when a step has no counterpart', () => {
    const rows = align('a b c\nWait, let me check this again\nd e f', 'a b c\nd e f');
    expect(rows[1]).toEqual({ left: { from: 1, to: 2 }, right: { from: 1, to: 1 }, same: false });
  });

  it('lets one step face several when they say together what it says', () => {
    const rows = align(
      'Go.\nExpand the left side to 3696.\nCollect the n terms: 30n.\nCollect the constants: 2760.\nDone now.',
      'Go.\nExpand the left side to 3696. Collect the n terms: 30n. Collect the constants: 2750.\nDone now.',
    );
    expect(rows[1]).toMatchObject({ left: { from: 1, to: 4 }, right: { from: 1, to: 2 } });
  });

  it('prints very long traces one after the other instead of comparing every pair', () => {
    const rows = align(long('left'), long('right'));
    expect(rows).toHaveLength(2);
    expect(rows[0]?.left).toEqual({ from: 0, to: 900 });
  });
});
