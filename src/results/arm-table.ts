import {
  TOKEN_COLUMNS,
  type ArmResult,
  type ComparisonResult,
  type RunResult,
  type TokenColumn,
} from '../domain/index.js';
import { OVERALL } from './compare.js';
import { decimal, MISSING, percent, ratioFigures, shareFigures } from './number-format.js';
import { markdownCell, plainText } from './plain-text.js';

/** A head and one row per arm; every cell plain text. */
export type ArmTable = readonly (readonly string[])[];

const SHOWN: readonly TokenColumn[] = TOKEN_COLUMNS.filter((column) => column !== 'rejected');

/** Mean tokens per item; ratio of mean delivered tokens to the arm that the others are compared with; how often the longer way is taken, where an arm chooses. */
export function armTable(result: RunResult): ArmTable {
  const routes = result.arms.some(({ routing }) => routing);
  const head = ['arm', 'accuracy (95 %)', ...SHOWN, 'ratio (95 %)', 'censored', 'no answer'];
  return [
    [...head, ...(routes ? ['longer way (95 %)'] : [])].map(narrowPercent),
    ...result.arms.map((arm) => [...armRow(arm, result), ...(routes ? [routingCell(arm)] : [])]),
  ];
}

function armRow(arm: ArmResult, result: RunResult): string[] {
  const { overall } = arm;
  const accuracy = shareFigures(overall.accuracy, overall.accuracyInterval);
  const comparison = result.comparisons.find((each) => each.arm === arm.name && each.dataset === OVERALL);
  return [
    arm.name,
    overall.items === 0 ? MISSING : `${percent(accuracy.value)} (${accuracy.interval})`,
    ...SHOWN.map((column) => decimal(overall.tokens[column].mean, 0)),
    arm.name === result.run.against ? '1' : ratioCell(comparison),
    shareCell(overall.censoredShare),
    shareCell(overall.noAnswerShare),
  ];
}

function routingCell({ routing }: ArmResult): string {
  if (!routing || !Number.isFinite(routing.share)) return MISSING;
  const { value, interval } = shareFigures(routing.share, routing.interval);
  return `${routing.of} ${percent(value)} (${interval})`;
}

function ratioCell(comparison: ComparisonResult | undefined): string {
  if (!comparison || !Number.isFinite(comparison.tokenRatio)) return MISSING;
  const { value, interval } = ratioFigures(comparison.tokenRatio, comparison.tokenRatioInterval);
  return `${value} (${interval})`;
}

function shareCell(share: number): string {
  if (!Number.isFinite(share)) return MISSING;
  return percent(share > 0 && share < 0.0005 ? '<0.1' : decimal(share * 100, 1));
}

function narrowPercent(text: string): string {
  return text.replace(' %', '\u202f%');
}

/** Columns lined up for a terminal: text to the left, figures to the right, two spaces between. */
export function formatTable(rows: ArmTable): string {
  const cells = rows.map((row) => row.map(plainText));
  const widths = (cells[0] ?? []).map((_head, column) => Math.max(...cells.map((row) => lengthOf(row[column] ?? ''))));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, column === 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** GitHub's table syntax; figures right-aligned. */
export function markdownTable(rows: ArmTable): string {
  const [head = [], ...body] = rows.map((row) => row.map(markdownCell));
  const rule = head.map((_cell, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...body].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

function padded(cell: string, width: number, left: boolean): string {
  const fill = ' '.repeat(Math.max(0, width - lengthOf(cell)));
  return left ? cell + fill : fill + cell;
}

/** Code points, which is what a terminal gives one column each for the scripts that names are written in. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}
