import { pairedRows, singleRows, type TraceSide } from './trace-rows.js';
import { splitSteps } from './steps.js';

function side(arm: string, text: string, chips: TraceSide['chips']['steps'] = new Map()): TraceSide {
  return { arm, steps: splitSteps(text), chips: { steps: chips, fork: [], answer: [] } };
}

const kinds = (rows: ReturnType<typeof pairedRows>): string[] =>
  rows.map((row) =>
    row.fork
      ? 'fork'
      : row.fold
        ? 'fold'
        : row.same
          ? 'same'
          : (row.cells ?? []).map((cell) => cell.className).join('|'),
  );

describe('pairedRows', () => {
  it('folds the equal beginning, marks the fork, then shows what differs', () => {
    const rows = pairedRows(
      side('baseline', 'Let me see.\n3 * 4 = 12.\nWait, I should check this.\n12 + 5 = 17.'),
      side('nowait', 'Let me see.\n3 * 4 = 12.\n12 + 5 = 18.'),
      'Diverges at token 12',
    );
    expect(kinds(rows)).toEqual(['fold', 'fork', 'plain|gap', 'diff|diff']);
    expect(rows[0]?.fold?.summary).toBe('2 identical steps at the beginning');
    expect(rows[3]?.cells?.[1]?.lines).toEqual([{ common: '12 + 5 = ', rest: '18.' }]);
  });

  it('prints equal traces in full instead of folding them', () => {
    expect(kinds(pairedRows(side('a', 'x y\nz'), side('b', 'x y\nz'), null))).toEqual(['same', 'same']);
  });

  it('prints an equal step once with the chips of both traces', () => {
    const chip = { className: 'ev-s', text: 'suppressed at 3' } as const;
    const rows = pairedRows(side('a', 'x y\nz'), side('b', 'x y\nz', new Map([[1, [chip]]])), null);
    expect(rows[1]?.same).toEqual({ lines: ['z'], chips: [chip] });
  });

  it('folds a run of steps that only one trace has', () => {
    const many = Array.from({ length: 6 }, (_unused, index) => `Attempt ${index} fails`).join('\n');
    const rows = pairedRows(side('baseline', `Start\n${many}\nEnd`), side('nowait', 'Start\nEnd'), null);
    expect(rows[1]?.cells?.[0]?.folded?.summary).toBe('6 steps that only baseline has');
    expect(rows[1]?.cells?.[1]?.className).toBe('gap');
  });

  it('cuts a trace of thousands of steps and says where the rest is', () => {
    const long = Array.from({ length: 3000 }, (_unused, index) => `step ${index}`).join('\n');
    const rows = pairedRows(side('a', long), side('b', 'step 0'), null);
    expect(rows.at(-1)?.fork?.text).toBe('2,600 further steps not printed here; the whole trace is in samples.jsonl');
  });
});

describe('singleRows', () => {
  it('prints one cell per step', () => {
    expect(singleRows(side('baseline', 'a\n\nb')).map((row) => row.cells?.[0]?.lines[0]?.rest)).toEqual(['a', 'b']);
  });
});
