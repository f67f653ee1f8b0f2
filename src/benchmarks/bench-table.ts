import type { BenchDocument, BenchRow } from './bench-document.js';
import { reaches } from './paired-ratio.js';

const HEADERS = ['case', 'model', 'seq', 'laconic', 'peer', '', 'ratio', 'spread', 'runs', 'bar'] as const;

/** The same rows for the terminal and for the documentation. */
export function benchCells(row: BenchRow): readonly string[] {
  return [
    row.case,
    row.model ?? '',
    row.sequences === null ? '' : String(row.sequences),
    `${figure(row.laconic)} ${row.unit}`,
    row.peer,
    `${figure(row.peerValue)} ${row.unit}`,
    ratioText(row.ratio),
    `${ratioText(row.spread[0])} – ${ratioText(row.spread[1])}`,
    String(row.runs),
    barText(row),
  ];
}

export function benchTable(document: BenchDocument): string {
  const lines = [HEADERS, ...document.rows.map(benchCells)];
  const widths = HEADERS.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const { cpu, cores } = document.machine;
  return [
    `bench ${document.bench} · ${cpu}, ${cores} cores · ${document.date}`,
    '',
    ...text,
    ...(document.notes.length > 0 ? ['', ...document.notes.map((note) => `- ${note}`)] : []),
    '',
  ].join('\n');
}

export function benchMarkdown(rows: readonly BenchRow[]): string {
  const headers = ['case', 'model', 'sequences', 'Laconic', 'peer', 'peer’s value', 'ratio', 'spread', 'runs', 'bar'];
  const lines = [headers, headers.map(() => '---'), ...rows.map(benchCells)];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function barText(row: BenchRow): string {
  if (row.bar === null) return '';
  const sign = row.bar.kind === 'at-least' ? '≥' : '≤';
  return `${sign} ${row.bar.value} ${reaches(row) === true ? 'reached' : 'missed'}`;
}

function ratioText(ratio: number): string {
  return ratio.toFixed(ratio < 10 ? 2 : 0);
}

/** Three significant digits, without an exponent. */
function figure(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
