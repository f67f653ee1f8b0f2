import { ATTACK_STRINGS } from '../../reporting/testing/attack-strings.js';
import { assembleResult } from '../assemble.js';
import { resultMarkdown } from '../markdown.js';
import { simulatedSamples, someStoredRun } from '../testing.js';
import { latexTable, latexText, resultLatex } from './latex.js';
import { plusMinus, plusMinusTable } from './plus-minus.js';

const HOSTILE = [
  ...ATTACK_STRINGS,
  '\\input{/etc/passwd}',
  '\\write18{id}',
  '$x$ & y \\\\ % z',
  '[1em]',
  '* *',
  '^^5cinput',
  'a\nb',
];

const resultOf = () => assembleResult(someStoredRun(), simulatedSamples(), new Map());

describe('plusMinus', () => {
  it.each([
    [90, [88, 92], { decimals: 1 }, '90.0 ± 2.0'],
    [90, [81.51, 94.84], { decimals: 1 }, '90.0 +4.8 −8.5'],
    [-18.8, [-28.7, -9.7], { decimals: 1, signed: true }, '−18.8 +9.1 −9.9'],
    [3, [1, 5], { decimals: 1, signed: true }, '+3.0 ± 2.0'],
    [1, [0.9999, 1.0001], { decimals: 2 }, '1.0000 ± 0.0001'],
    [Number.NaN, [0, 1], { decimals: 1 }, '–'],
  ] as const)('writes %d in %j with %j as %s', (value, interval, options, text) => {
    expect(plusMinus(value, interval, options)).toBe(text);
  });

  it('adds up to the bounds that result.json has, rounded', async () => {
    const result = await resultOf();
    const cells = plusMinusTable(result)
      .slice(1)
      .map((row) => row[1] ?? '');
    for (const [index, cell] of cells.entries()) {
      const [value = 0, up = 0, down = up] = [...cell.matchAll(/\d+\.\d/g)].map(Number);
      const [low, high] = result.arms[index]?.overall.accuracyInterval ?? [0, 0];
      expect(value + up).toBeCloseTo(high * 100, 0);
      expect(value - down).toBeCloseTo(low * 100, 0);
    }
  });
});

describe('latex', () => {
  it('is a tabular with a row per arm and as many cells as columns', async () => {
    const text = resultLatex(await resultOf());
    const rows = text.split('\n').filter((line) => line.endsWith('\\\\'));
    expect(text).toMatch(/^% demo, run 054f19c7, completed;.*\n% Tokens are .*\n\\begin\{tabular\}\{lr{11}\}\n/);
    expect(rows).toHaveLength(5);
    for (const row of rows) expect(row.split(' & ')).toHaveLength(12);
    expect(text).toContain('budget-{}64');
    expect(text).toMatch(/\$\\pm\$|\$-\$/);
  });

  it.each(HOSTILE)('leaves nothing in %j that LaTeX would obey', (attack) => {
    const escaped = latexText(attack);
    // What is left without the escapes must be characters without meaning.
    const rest = escaped
      .replace(/\\text(backslash|ascii(circum|tilde)|less|greater|bar)\{\}|\\char(34|96)\{\}/g, '')
      .replace(/\\[{}$&#%_,]|\{[[\]*]\}|-\{\}|\$(\\pm|-)\$/g, '');
    expect(rest).not.toMatch(/[\\{}$&#%_^<>|"`[\]*\n\r]/);
    expect(
      latexTable([
        ['arm', 'x'],
        [attack, '1'],
      ]).split('\n'),
    ).toHaveLength(8);
  });
});

describe('the Markdown of a run whose names are hostile', () => {
  it.each(HOSTILE)('keeps %j in its cell', async (attack) => {
    const result = await resultOf();
    const arms = result.arms.map((arm, index) => (index === 1 ? { ...arm, name: attack } : arm));
    const run = { ...result.run, suite: attack };
    const text = resultMarkdown({ ...result, run, arms });
    const rows = text.split('\n').filter((line) => line.startsWith('| '));
    const cells = new Set(rows.slice(0, 6).map((row) => row.replaceAll(/\\./g, '').split('|').length));
    expect(cells).toEqual(new Set([14]));
    expect(text).not.toMatch(/<[a-z!/]/i);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202a-\u202e]/u);
  });
});
