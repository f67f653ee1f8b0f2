import { line as lineShape } from 'd3-shape';
import type { TechniqueKind } from '../../domain/index.js';
import { NOTHING, type TrustedMarkup } from '../markup.js';
import { curveAxes, curveSizes, MARGIN, type AxisWords, type CurveSize } from './accuracy-axes.js';
import { concat, figure, group, line, path, shortened, textWidth } from './figure.js';
import { placeLabels, type Box } from './labels.js';
import { mark } from './marks.js';
import { placedLabel } from './placed-label.js';
import { linearScale, roundDomain, type Scale } from './scale.js';

export interface RatioPlace {
  readonly x: number;
  readonly y: number;
  /** Of y. */
  readonly interval: readonly [number, number];
}

/** Curves of one name, e.g. those of several seeds; each in its order. */
export interface RatioSeries {
  readonly name: string;
  readonly className: string;
  readonly kind: TechniqueKind;
  readonly isDashed: boolean;
  readonly isHollow: boolean;
  readonly curves: readonly (readonly RatioPlace[])[];
}

export interface RatioDrawing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly words: AxisWords;
  readonly series: readonly RatioSeries[];
  /** y = x is drawn, and both axes begin at 0. */
  readonly hasDiagonal: boolean;
}

const SIZES = curveSizes(330);
const RADIUS = 4.4;
const LABEL_SIZE = 13;
const LABEL_HEIGHT = 16;
/** Of curves that are drawn beside others of their name. */
const SMALL_RADIUS = 3;

type Point = readonly [number, number];

/** Lines over a ratio, with intervals, named at their ends. */
export function ratioChart(drawing: RatioDrawing): TrustedMarkup {
  return concat(...SIZES.map((size) => draw(drawing, size)));
}

function draw(drawing: RatioDrawing, size: CurveSize): TrustedMarkup {
  const { id, title, description, words, series, hasDiagonal } = drawing;
  const [x, y] = scales(drawing, size);
  return figure(
    {
      id: `${id}-${size.variant}`,
      width: size.width,
      height: size.height,
      title,
      description,
      className: `only-${size.variant}`,
    },
    curveAxes({ x, y }, size, words),
    hasDiagonal ? diagonal(x, y) : NOTHING,
    ...series.map((one) => seriesLines(one, x, y)),
    ...series.filter(hasBars).map((one) => seriesBars(one, x, y)),
    ...series.map((one) => seriesMarks(one, x, y)),
    seriesLabels(drawing, size, [x, y]),
  );
}

function scales({ series, hasDiagonal }: RatioDrawing, size: CurveSize): readonly [Scale, Scale] {
  const places = series.flatMap(({ curves }) => curves.flat());
  const xs = [0, ...places.map(({ x }) => x)];
  const ys = series.flatMap((one) =>
    one.curves
      .flat()
      .flatMap(({ y, interval }) => (hasBars(one) ? [y, ...interval] : [y]))
      .filter(Number.isFinite),
  );
  const width: readonly [number, number] = roundDomain([0, Math.max(1, ...xs)], size.ticks);
  const [low, high] = hasDiagonal ? ([0, Math.max(1, ...ys)] as const) : ([Math.min(...ys), Math.max(...ys)] as const);
  return [
    linearScale(width, [MARGIN.left, size.width - MARGIN.right]),
    linearScale(roundDomain([low, high], 5), [size.height - MARGIN.below, MARGIN.top]),
  ];
}

/** Where there are several curves of a name, they show how much it varies. */
function hasBars({ curves }: RatioSeries): boolean {
  return curves.length === 1;
}

/** Where asked and actual are the same. */
function diagonal(x: Scale, y: Scale): TrustedMarkup {
  const end = Math.min(x.domain[1], y.domain[1]);
  return line('ref', [x(0), y(0)], [x(end), y(end)]);
}

function seriesLines({ className, isDashed, curves }: RatioSeries, x: Scale, y: Scale): TrustedMarkup {
  const drawn = curves
    .filter((curve) => curve.length > 1)
    .map((curve) => lineShape().digits(1)(curve.map((place): [number, number] => [x(place.x), y(place.y)])) ?? '');
  return group(className, ...drawn.map((d) => path(isDashed ? 'eca dash' : 'eca', d)));
}

function seriesBars({ className, curves }: RatioSeries, x: Scale, y: Scale): TrustedMarkup {
  const bars = curves
    .flat()
    .filter(({ interval }) => interval.every(Number.isFinite))
    .map(({ x: at, interval: [low, high] }) => {
      const [from, to] = [y(Math.max(low, y.domain[0])), y(Math.min(high, y.domain[1]))];
      return path('ci', `M${x(at).toFixed(1)} ${from.toFixed(1)}V${to.toFixed(1)}`);
    });
  return group(className, ...bars);
}

function seriesMarks({ className, kind, isHollow, curves }: RatioSeries, x: Scale, y: Scale): TrustedMarkup {
  const radius = curves.length === 1 ? RADIUS : SMALL_RADIUS;
  return group(
    className,
    ...curves.flat().map((place) => mark(kind, { x: x(place.x), y: y(place.y), radius }, isHollow)),
  );
}

/** Beside the end of each series' first curve. */
function seriesLabels({ series }: RatioDrawing, size: CurveSize, [x, y]: readonly [Scale, Scale]): TrustedMarkup {
  const all = series.flatMap(({ curves }) => curves.flat()).map((place): Point => [x(place.x), y(place.y)]);
  const named = series.flatMap((one) => {
    const end = one.curves[0]?.at(-1);
    const name = shortened(one.name, size.variant === 'wide' ? 28 : 20);
    return end ? [{ name, className: one.className, at: [x(end.x), y(end.y)] as Point }] : [];
  });
  const placed = placeLabels(
    named.map(({ name, at }) => ({ x: at[0], y: at[1], width: textWidth(name, LABEL_SIZE), height: LABEL_HEIGHT })),
    {
      area: {
        x: MARGIN.left + 4,
        y: MARGIN.top,
        width: size.width - MARGIN.right - MARGIN.left - 4,
        height: size.height - MARGIN.below - MARGIN.top,
      },
      texts: [],
      marks: all.map(([left, top]) => box(left, top, 6)),
      lines: series.flatMap(({ curves }) => curves.flatMap((curve) => lineBoxes(curve, x, y))),
    },
  );
  return concat(...named.map((one, index) => placedLabel(one, one.at, placed[index])));
}

/** Small boxes along a curve, which labels keep clear of. */
function lineBoxes(curve: readonly RatioPlace[], x: Scale, y: Scale): Box[] {
  const STEPS = 12;
  return curve.slice(1).flatMap((place, index) => {
    const before = curve[index] ?? place;
    return Array.from({ length: STEPS }, (_unused, step) => {
      const share = step / STEPS;
      return box(x(before.x + share * (place.x - before.x)), y(before.y + share * (place.y - before.y)), 2.5);
    });
  });
}

function box(x: number, y: number, half: number): Box {
  return { x: x - half, y: y - half, width: 2 * half, height: 2 * half };
}
