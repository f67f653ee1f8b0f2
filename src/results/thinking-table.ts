import type { ArmResult, MeasureEstimate, RunResult } from '../domain/index.js';
import type { ArmTable } from './arm-table.js';
import { counted, decimal, figures, marginFigure, MISSING, percent, shareFigures } from './number-format.js';
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
  return withInterval(figures(estimate.value, estimate.interval, 0), estimate);
}

function perSample(estimate: MeasureEstimate): string {
  return withInterval(figures(estimate.value, estimate.interval, 1), estimate);
}

function share(estimate: MeasureEstimate): string {
  const { value, interval } = shareFigures(estimate.value, estimate.interval);
  return withInterval({ value: percent(value), interval }, estimate);
}

function withInterval(text: { value: string; interval: string }, { value, interval }: MeasureEstimate): string {
  if (!Number.isFinite(value)) return MISSING;
  return interval.every(Number.isFinite) ? `${text.value} (${text.interval})` : text.value;
}

/** One line per curve: area, slope and best accuracy. */
export function budgetCurveLines(result: RunResult): string[] {
  return (result.budgetCurves ?? []).map(({ model, points, area, scaling, performance, control }) => {
    const areaText = shareFigures(area.value, area.interval);
    const range = `${decimal(area.from, 0)}–${decimal(area.to, 0)} tokens`;
    const slope = `${marginFigure(scaling.perToken * 100)} points per 100 tokens`;
    return (
      `Accuracy at ${counted(points.length, 'budget')} of ${range} (${markdownCell(model)}): area ${percent(areaText.value)} (${areaText.interval}), ` +
      `s1 Control ${percent(decimal(control.samples * 100, 0))}, Scaling ${slope}, Performance ${percent(decimal(performance.accuracy * 100, 1))} (${markdownCell(performance.arm)}).`
    );
  });
}
