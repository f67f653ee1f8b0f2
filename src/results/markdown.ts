import type { RunResult } from '../domain/index.js';
import { armTable, markdownTable } from './arm-table.js';
import { OVERALL } from './compare.js';
import { decimal, marginFigure } from './number-format.js';
import { markdownCell } from './plain-text.js';

/** The table of arms with what is needed to read it, and the finding of each arm. */
export function resultMarkdown(result: RunResult): string {
  const { run } = result;
  const items = Math.max(0, ...result.arms.map((arm) => arm.overall.items));
  const head = `### ${markdownCell(run.suite)}\n\nRun ${markdownCell(run.id)}, ${run.status}, ${decimal(items, 0)} items. `;
  const reading =
    `Tokens are means per item, delivered = think + answer, intervals are 95\u202f%; ratio and findings against ` +
    `${markdownCell(run.against)}, margin ${marginFigure(run.nonInferiorityMargin)} points.\n\n`;
  const findings = result.comparisons
    .filter(({ dataset, finding }) => dataset === OVERALL && finding !== null)
    .map(({ arm, finding }) => `- **${markdownCell(arm)}** ${markdownCell(finding ?? '')}\n`);
  return `${head}${reading}${markdownTable(armTable(result))}${findings.length > 0 ? '\n' : ''}${findings.join('')}`;
}
