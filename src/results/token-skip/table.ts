import { ratioFigure, type CompressionCurve, type RunResult } from '../../domain/index.js';
import type { ArmTable } from '../arm-table.js';
import { decimal, MISSING, percent, ratioFigures, shareFigures } from '../number-format.js';

const HEAD = ['arm', 'ratio', 'accuracy (95 %)', 'tokens', 'ActRatio (95 %)', 'off by', 'cut'];

/** Asked and actual ratio of every arm that is shortened; null where there is none. */
export function tokenSkipTable({ tokenSkip }: RunResult): ArmTable | null {
  const rows = (tokenSkip?.curves ?? []).flatMap(curveRows);
  return rows.length === 0 ? null : [HEAD, ...rows];
}

/** What the training on important tokens is worth, a sentence for each comparison. */
export function scorerSentences({ tokenSkip }: RunResult): string[] {
  return (tokenSkip?.scorers ?? []).map(({ sentence }) => sentence);
}

function curveRows({ points }: CompressionCurve): string[][] {
  return points.map((point) => {
    const accuracy = shareFigures(point.accuracy, point.accuracyInterval);
    const actual = ratioFigures(point.actRatio, point.actRatioInterval);
    return [
      point.arm,
      point.ratio === null ? MISSING : ratioFigure(point.ratio),
      point.items === 0 ? MISSING : `${percent(accuracy.value)} (${accuracy.interval})`,
      decimal(point.tokens, 0),
      Number.isFinite(point.actRatio) ? `${actual.value} (${actual.interval})` : MISSING,
      point.adherenceError === null ? MISSING : decimal(point.adherenceError, 2),
      percent(decimal(point.cutShare * 100, 1)),
    ];
  });
}
