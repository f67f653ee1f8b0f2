import type { RunResult } from '../../domain/index.js';
import type { ArmTable } from '../arm-table.js';
import { marginFigure } from '../number-format.js';
import { plainText } from '../plain-text.js';
import { PLUS_MINUS_READING, plusMinusTable } from './plus-minus.js';

/** A `tabular` of the arms that needs no package, with what it shows in comments above; UTF-8. */
export function resultLatex(result: RunResult): string {
  const { run } = result;
  const about = [
    `${run.suite}, run ${run.id}, ${run.status}; differences and ratios to ${run.against}, margin ${marginFigure(run.nonInferiorityMargin)} points.`,
    `Tokens are means per item, delivered = think + answer. ${PLUS_MINUS_READING}`,
  ];
  return `${about.map((line) => `% ${plainText(line)}\n`).join('')}${latexTable(plusMinusTable(result))}`;
}

/** Text to the left, figures to the right; every cell is text, whatever is in it. */
export function latexTable(rows: ArmTable): string {
  const [head = '', ...body] = rows.map((row) => `  ${row.map(latexText).join(' & ')} \\\\\n`);
  const columns = `l${'r'.repeat(Math.max(0, (rows[0]?.length ?? 1) - 1))}`;
  return `\\begin{tabular}{${columns}}\n  \\hline\n${head}  \\hline\n${body.join('')}  \\hline\n\\end{tabular}\n`;
}

/** Characters that mean something to LaTeX or to one of its common packages, and those that plain fonts lack. */
const COMMANDS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  // Active in some languages of babel.
  '"': '\\char34{}',
  '`': '\\char96{}',
  // An option of the line end before it.
  '[': '{[}',
  ']': '{]}',
  '*': '{*}',
  // Two would become a dash.
  '-': '-{}',
  '±': '$\\pm$',
  '\u2212': '$-$',
  '\u2013': '--',
  '\u202f': '\\,',
  '\u00a0': '~',
};

/** One line of text that stays text. */
export function latexText(text: string): string {
  return plainText(text.toWellFormed()).replace(
    /[\\{}$&#%_^~<>|"`[\]*\-±\u2212\u2013\u202f\u00a0]/g,
    (one) => COMMANDS[one] ?? one,
  );
}
