import type { CompressionCurve, CompressionPoint } from '../../../domain/index.js';
import { ACCURACY_WORDS } from '../../charts/accuracy-axes.js';
import { ratioChart, type RatioPlace, type RatioSeries } from '../../charts/ratio-chart.js';
import { accuracyEstimate, ratio, ratioEstimate } from '../../format.js';
import type { TrustedMarkup } from '../../markup.js';
import type { ArmView, ReportContext } from '../../report-context.js';
import type { CurveSeries } from './series.js';

const tick = (value: number): string => value.toFixed(1);

/** Actual ratio over the asked one; null where no arm asks for any. */
export function askedChart(series: readonly CurveSeries[]): TrustedMarkup | null {
  const asked = placed(series, ({ ratio: at, actRatio: y, actRatioInterval: interval }) =>
    at === null ? null : { x: at, y, interval },
  );
  if (asked.length === 0) return null;
  const told = asked.map(({ name, curves }) => {
    const points = curves.flat().map(({ x, y, interval }) => {
      const actual = ratioEstimate(y, interval);
      return `${ratio(x)} asked, ${actual.value} (${actual.interval})`;
    });
    return `${name}: ${points.join('; ')}`;
  });
  return ratioChart({
    id: 'asked',
    title: 'Asked against actual ratio',
    description: told.join('. '),
    words: { x: 'ratio asked for', y: 'actual ratio', xFigure: tick, yFigure: tick },
    series: asked,
    hasDiagonal: true,
  });
}

/** Accuracy over the actual ratio, the unmodified arms at 1. */
export function accuracyChart(series: readonly CurveSeries[], context: ReportContext): TrustedMarkup {
  const shortened = placed(series, ({ actRatio: x, accuracy: y, accuracyInterval: interval }) => ({ x, y, interval }));
  const all = [...shortened, ...unmodified(series, context)];
  const told = all.map(({ name, curves }) => {
    const points = curves.flat().map(({ x, y, interval }) => {
      const accuracy = accuracyEstimate(y, interval);
      return `${accuracy.value} (${accuracy.interval}) at ${ratio(x)}`;
    });
    return `${name}: ${points.join('; ')}`;
  });
  return ratioChart({
    id: 'kept',
    title: 'Accuracy against actual ratio',
    description: told.join('. '),
    words: { ...ACCURACY_WORDS, x: 'actual ratio', xFigure: tick },
    series: all,
    hasDiagonal: false,
  });
}

function placed(series: readonly CurveSeries[], place: (point: CompressionPoint) => RatioPlace | null): RatioSeries[] {
  return series.flatMap(({ curves, ...look }) => {
    const drawn = curves
      .map(({ points }) => points.flatMap((point) => place(point) ?? []).filter(isKnown))
      .filter((curve) => curve.length > 0);
    return drawn.length === 0 ? [] : [{ ...look, curves: drawn }];
  });
}

function isKnown({ x, y }: RatioPlace): boolean {
  return Number.isFinite(x) && Number.isFinite(y);
}

function unmodified(series: readonly CurveSeries[], context: ReportContext): RatioSeries[] {
  const names = new Set(series.flatMap(({ curves }) => curves.map(({ against }: CompressionCurve) => against)));
  return context.arms
    .filter(({ result }) => names.has(result.name) && Number.isFinite(result.overall.accuracy))
    .map(({ result: { name, overall } }: ArmView) => ({
      name,
      className: 'k-base',
      kind: 'baseline',
      isDashed: false,
      isHollow: false,
      curves: [[{ x: 1, y: overall.accuracy, interval: overall.accuracyInterval }]],
    }));
}
