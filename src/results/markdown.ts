import type { RunResult } from '../domain/index.js';
import { markdownTable } from './arm-table.js';
import { OVERALL } from './compare.js';
import { PLUS_MINUS_READING, plusMinusTable } from './exports/plus-minus.js';
import { decimal, marginFigure } from './number-format.js';
import { markdownCell } from './plain-text.js';
import { budgetCurveLines, thinkingTable } from './thinking-table.js';
import { scorerSentences, tokenSkipTable } from './token-skip/table.js';

/** The table of arms with what is needed to read it, the finding of each arm, how the thinking is spent and how well it is shortened. */
export function resultMarkdown(result: RunResult): string {
  const { run } = result;
  const items = Math.max(0, ...result.arms.map((arm) => arm.overall.items));
  const head = `### ${markdownCell(run.suite)}\n\nRun ${markdownCell(run.id)}, ${run.status}, ${decimal(items, 0)} items. `;
  const reading =
    `Tokens are means per item, delivered = think + answer; difference, ratio and findings against ` +
    `${markdownCell(run.against)}, margin ${marginFigure(run.nonInferiorityMargin)} points. ${PLUS_MINUS_READING}\n\n`;
  const findings = result.comparisons
    .filter(({ dataset, finding }) => dataset === OVERALL && finding !== null)
    .flatMap(({ arm, finding, warnings = [] }) => [
      `- **${markdownCell(arm)}** ${markdownCell(finding ?? '')}\n`,
      ...warnings.map(({ text }) => `  - unequal budgets: ${markdownCell(text)}\n`),
    ]);
  const table = `${head}${reading}${markdownTable(plusMinusTable(result))}`;
  return `${table}${findings.length > 0 ? '\n' : ''}${findings.join('')}${thinkingPart(result)}${tokenSkipPart(result)}`;
}

function thinkingPart(result: RunResult): string {
  const table = thinkingTable(result);
  if (table === null) return '';
  const reading =
    'Delivered tokens to the first sentence that states the right result, and after it; efficiencies, underthinking, ' +
    'convergence, repetition and loops as shares; rules in docs/measures.md.\n\n';
  const curves = budgetCurveLines(result).map((line) => `\n${line}\n`);
  return `\n#### How the thinking is spent\n\n${reading}${markdownTable(table)}${curves.join('')}`;
}

function tokenSkipPart(result: RunResult): string {
  const table = tokenSkipTable(result);
  if (table === null) return '';
  const reading =
    'ActRatio: mean thinking tokens over those of the unmodified arm with the same prompt and limit, on the same items. ' +
    'Cut: samples that maxTokens ended, which are short without being compressed.\n\n';
  const sentences = scorerSentences(result).map((sentence) => `\n- ${markdownCell(sentence)}`);
  const told = sentences.length === 0 ? '' : `${sentences.join('')}\n`;
  return `\n#### Shortened by a ratio\n\n${reading}${markdownTable(table)}${told}`;
}
