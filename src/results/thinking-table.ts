import type { ArmResult, MeasureEstimate, RunResult } from '../domain/index.js';
import type { ArmTable } from './arm-table.js';
import { counted, decimal, figures, MISSING, percent, shareFigures } from './number-format.js';
import { markdownCell } from './plain-text.js';

type Cell = (estimate: MeasureEstimate) => string;

const COLUMNS = [
  ['to first right', 'tokensToFirstCorrect', amount],
  ['after it', 'tokensAfterFirstCorrect', amount],
  ['outcome efficiency', 'outcomeEfficiency', share],
  ['process efficiency', 'processEfficiency', share],
  ['underthinking', 'underthinking', share],
  ['reflections by word', 'keywordReflections', perSample],
  ['re-derivations', 'rederivations', perSample],
  ['converged at', 'answerConvergence', share],
  ['repetition', 'repetition', share],
  ['loops', 'loops', share],
] as const;

/** The measures of each arm that has some, with 95 % intervals; null where no arm has any. */
export function thinkingTable(result: RunResult): ArmTable | null {
  const rows = result.arms.flatMap((arm) => thinkingRow(arm) ?? []);
  return rows.length === 0 ? null : [['arm', ...COLUMNS.map(([head]) => head)], ...rows];
}

function thinkingRow({ name, thinking }: ArmResult): string[][] | null {
  if (!thinking) return null;
  return [[name, ...COLUMNS.map(([, key, cell]) => (cell satisfies Cell)(thinking[key]))]];
}

function amount(estimate: MeasureEstimate): string {
  return withInterval(estimate, { scale: 1, decimals: 0, unit: (figure) => figure });
}

function perSample(estimate: MeasureEstimate): string {
  return withInterval(estimate, { scale: 1, decimals: 1, unit: (figure) => figure });
}

function share(estimate: MeasureEstimate): string {
  return withInterval(estimate, { scale: 100, decimals: 1, unit: percent });
}

interface Form {
  readonly scale: number;
  readonly decimals: number;
  readonly unit: (figure: string) => string;
}

/** Without an interval where all items are equal or there is one only. */
function withInterval({ value, interval }: MeasureEstimate, { scale, decimals, unit }: Form): string {
  if (!Number.isFinite(value)) return MISSING;
  if (!interval.every(Number.isFinite)) return unit(decimal(value * scale, decimals));
  const text = figures(value * scale, [interval[0] * scale, interval[1] * scale], decimals);
  return `${unit(text.value)} (${text.interval})`;
}

/** One line per curve: area, slope and best accuracy. */
export function budgetCurveLines(result: RunResult): string[] {
  return (result.budgetCurves ?? []).map(({ model, points, area, scaling, performance, control }) => {
    const areaText = shareFigures(area.value, area.interval);
    const range = `${decimal(area.from, 0)}–${decimal(area.to, 0)} tokens`;
    const slope = figures(scaling.perToken * 1e4, [scaling.interval[0] * 1e4, scaling.interval[1] * 1e4], 1);
    const best = shareFigures(performance.accuracy, performance.interval);
    return (
      `Accuracy at ${counted(points.length, 'budget')} of ${range} (${markdownCell(model)}): area ${percent(areaText.value)} (${areaText.interval}), ` +
      `s1 Control ${percent(decimal(control.samples * 100, 0))}, Scaling ${slope.value} points per 100 tokens (${slope.interval}), ` +
      `Performance ${percent(best.value)} (${best.interval}; ${markdownCell(performance.arm)}).`
    );
  });
}
