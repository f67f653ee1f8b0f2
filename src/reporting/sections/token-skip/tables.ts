import {
  publishedMethod,
  ratioFigure,
  TOKENSKIP_TABLE,
  type CompressionCurve,
  type CompressionLevel,
  type CompressionPoint,
  type PublishedCells,
} from '../../../domain/index.js';
import {
  accuracyEstimate,
  decimal,
  integer,
  percentFigure,
  ratio,
  ratioEstimate,
  shareFigure,
  type Estimate,
} from '../../format.js';
import type { ArmLabel, ReportContext } from '../../report-context.js';
import { seriesName } from './series.js';

/** A row of the paper's table: ours, and the published one where it has the method at this ratio. */
export interface PaperRow {
  readonly label: ArmLabel;
  readonly isReference: boolean;
  readonly method: string;
  readonly asked: string;
  readonly accuracy: Estimate;
  readonly tokens: string;
  readonly seconds: string;
  readonly actual: Estimate | null;
  readonly error: string;
  readonly cut: string;
  readonly published: readonly string[];
}

export interface LevelRow {
  readonly label: ArmLabel;
  readonly isReference: boolean;
  readonly cells: readonly Estimate[];
}

const NONE = '–';

/** The unmodified arms first, as the paper has them, then the curves in their order. */
export function paperRows(context: ReportContext, curves: readonly CompressionCurve[]): PaperRow[] {
  return [...unmodifiedRows(context, curves), ...curves.flatMap((curve) => curveRows(context, curve, curves))];
}

function unmodifiedRows(context: ReportContext, curves: readonly CompressionCurve[]): PaperRow[] {
  const original = TOKENSKIP_TABLE.find(({ method }) => method === 'Original');
  return named(context, [...new Set(curves.map(({ against }) => against))]).map(({ label, result }) => {
    const { accuracy, accuracyInterval, tokens, censoredShare } = result.overall;
    const counted = curves.find(({ against }) => against === result.name)?.counted ?? 'think';
    return {
      label,
      isReference: true,
      method: 'original',
      asked: NONE,
      accuracy: accuracyEstimate(accuracy, accuracyInterval),
      tokens: integer(tokens[counted].mean),
      seconds: secondsOf(result.timing),
      actual: { value: '1', interval: '' },
      error: NONE,
      cut: shareFigure(censoredShare),
      published: publishedCells(original?.gsm8k, original?.math),
    };
  });
}

function curveRows(context: ReportContext, curve: CompressionCurve, all: readonly CompressionCurve[]): PaperRow[] {
  const method = publishedMethod(curve.technique, curve.params);
  return curve.points.flatMap((point) =>
    named(context, [point.arm]).map(({ label, result }) => {
      const row = TOKENSKIP_TABLE.find((one) => one.method === method && one.ratio === point.ratio);
      return {
        label,
        isReference: false,
        method: methodName(curve, all),
        asked: point.ratio === null ? NONE : ratioFigure(point.ratio),
        accuracy: accuracyEstimate(point.accuracy, point.accuracyInterval),
        tokens: integer(point.tokens),
        seconds: secondsOf(result.timing),
        actual: actualOf(point),
        error: point.adherenceError === null ? NONE : ratio(point.adherenceError),
        cut: shareFigure(point.cutShare),
        published: publishedCells(row?.gsm8k, row?.math),
      };
    }),
  );
}

/** With the seed, where there may be several of one scorer. */
function methodName(curve: CompressionCurve, all: readonly CompressionCurve[]): string {
  const seed = curve.adapter?.seed ?? null;
  return `${seriesName(curve, all)}${seed === null ? '' : `, seed ${String(seed)}`}`;
}

function actualOf({ actRatio, actRatioInterval }: CompressionPoint): Estimate | null {
  return Number.isFinite(actRatio) ? ratioEstimate(actRatio, actRatioInterval) : null;
}

function secondsOf(timing: { readonly secondsPerItem: { readonly p50: number } } | null): string {
  return timing === null ? NONE : decimal(timing.secondsPerItem.p50, 2);
}

/** Accuracy, tokens, latency and actual ratio on either benchmark. */
function publishedCells(...benchmarks: readonly (PublishedCells | undefined)[]): string[] {
  return benchmarks.flatMap((cells) =>
    cells
      ? [
          decimal(cells.accuracy, 1),
          decimal(cells.tokens, 2),
          cells.latency === null ? NONE : decimal(cells.latency, 2),
          ratio(cells.actRatio),
        ]
      : ['', '', '', ''],
  );
}

/** Accuracy at each level, with the actual ratio there. */
export function levelRows(context: ReportContext, curves: readonly CompressionCurve[]): LevelRow[] {
  const columns = context.levels.map(String);
  if (columns.length < 2) return [];
  const references = named(context, [...new Set(curves.map(({ against }) => against))]).map(({ label, result }) => ({
    label,
    isReference: true,
    cells: columns.map((level) => {
      const found = result.byLevel[level];
      return { value: found ? percentFigure(found.accuracy) : NONE, interval: found ? '1' : '' };
    }),
  }));
  const rows = curves.flatMap(({ points }) =>
    points.flatMap((point) =>
      named(context, [point.arm]).map(({ label }) => ({
        label,
        isReference: false,
        cells: columns.map((level) => levelCell(point.byLevel[level])),
      })),
    ),
  );
  return [...references, ...rows];
}

function levelCell(level: CompressionLevel | undefined): Estimate {
  return level === undefined
    ? { value: NONE, interval: '' }
    : { value: percentFigure(level.accuracy), interval: ratio(level.actRatio) };
}

function named(context: ReportContext, names: readonly string[]) {
  return names.flatMap((name) => context.arms.find(({ result }) => result.name === name) ?? []);
}
