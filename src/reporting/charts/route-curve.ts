import { line as lineShape } from 'd3-shape';
import type { ArmStyle } from '../arm-styles.js';
import { integer, percentFigure, roundShare } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { accuracyAxes, curveSizes, MARGIN, type CurveSize } from './accuracy-axes.js';
import { concat, figure, group, path, textWidth } from './figure.js';
import { placeLabels, type Box } from './labels.js';
import { mark } from './marks.js';
import { placedLabel } from './placed-label.js';
import { linearScale, roundDomain, type Scale } from './scale.js';

/** An arm as it was measured. */
export interface RouteArm {
  readonly name: string;
  readonly style: ArmStyle;
  readonly accuracy: number;
  readonly totalTokens: number;
}

export interface RoutePoint {
  /** Of items that take the longer way. */
  readonly share: number;
  readonly accuracy: number;
  readonly totalTokens: number;
}

export interface RouteDrawing {
  readonly id: string;
  /** From no item on the longer way to all. */
  readonly points: readonly RoutePoint[];
  /** Of them those to name to whoever cannot see the drawing. */
  readonly named: readonly RoutePoint[];
  /** What the threshold that was run comes to; null where that is not computed. */
  readonly chosen: RoutePoint | null;
  /** The arms that always take one way, and the arm that decides, last. */
  readonly arms: readonly RouteArm[];
}

const SIZES = curveSizes(260);
const RADIUS = 4.8;
const LABEL_SIZE = 13;
const LABEL_HEIGHT = 16;
/** Room above and below what is drawn, in accuracy. */
const PADDING = 0.03;

type Place = readonly [number, number];

/** Accuracy over total tokens as the threshold goes up; the measured arms lie on top. */
export function routeCurveChart(drawing: RouteDrawing): TrustedMarkup {
  return concat(...SIZES.map((size) => draw(drawing, size)));
}

function draw(drawing: RouteDrawing, size: CurveSize): TrustedMarkup {
  const { points, chosen, arms } = drawing;
  const [right, bottom] = [size.width - MARGIN.right, size.height - MARGIN.below];
  const [x, y] = scales(drawing, size);
  const curve = points.map((point): [number, number] => [x(point.totalTokens), y(point.accuracy)]);
  return figure(
    {
      id: `${drawing.id}-${size.variant}`,
      width: size.width,
      height: size.height,
      title: `Every threshold of ${arms.at(-1)?.name ?? ''}`,
      description: description(drawing),
      className: `${arms.at(-1)?.style.className ?? ''} only-${size.variant}`,
    },
    accuracyAxes({ x, y }, size, 'total tokens per item, mean'),
    path('eca', lineShape().digits(1)(curve) ?? ''),
    chosen === null
      ? NOTHING
      : element('circle', { class: 'mk hollow', cx: x(chosen.totalTokens), cy: y(chosen.accuracy), r: RADIUS + 3.5 }),
    ...arms.map((arm) => armMark(arm, [x(arm.totalTokens), y(arm.accuracy)])),
    armLabels(
      arms.map((arm) => ({ arm, at: [x(arm.totalTokens), y(arm.accuracy)] as const })),
      { x: MARGIN.left + 4, y: MARGIN.top, width: right - MARGIN.left - 4, height: bottom - MARGIN.top },
      curve,
    ),
  );
}

function scales({ points, arms }: RouteDrawing, size: CurveSize): readonly [Scale, Scale] {
  const all = [...points, ...arms];
  const accuracies = all.map(({ accuracy }) => accuracy);
  const [low, high] = roundDomain([Math.min(...accuracies) - PADDING, Math.max(...accuracies) + PADDING], 5);
  const most = Math.max(...all.map(({ totalTokens }) => totalTokens));
  return [
    linearScale([0, roundDomain([0, most], size.ticks)[1]], [MARGIN.left, size.width - MARGIN.right]),
    linearScale([Math.max(0, low), Math.min(1, high)], [size.height - MARGIN.below, MARGIN.top]),
  ];
}

function armMark({ style }: RouteArm, [x, y]: Place): TrustedMarkup {
  return group(style.className, mark(style.kind, { x, y, radius: RADIUS }));
}

interface Labelled {
  readonly arm: RouteArm;
  readonly at: Place;
}

function armLabels(labelled: readonly Labelled[], area: Box, curve: readonly Place[]): TrustedMarkup {
  const placed = placeLabels(
    labelled.map(({ arm, at: [x, y] }) => ({ x, y, width: textWidth(arm.name, LABEL_SIZE), height: LABEL_HEIGHT })),
    {
      area,
      texts: [],
      marks: labelled.map(({ at: [x, y] }) => ({ x: x - 8, y: y - 8, width: 16, height: 16 })),
      lines: curve.map(([x, y]) => ({ x: x - 2, y: y - 2, width: 4, height: 4 })),
    },
  );
  return concat(
    ...labelled.map(({ arm, at }, index) => placedLabel({ name: arm.name, ...arm.style }, at, placed[index])),
  );
}

function description({ named, arms }: RouteDrawing): string {
  const measured = arms.map(
    ({ name, accuracy, totalTokens }) => `${name}: ${percentFigure(accuracy)} at ${integer(totalTokens)} tokens`,
  );
  const computed = named.map(
    ({ share, accuracy, totalTokens }) =>
      `${roundShare(share)} on the longer way: ${percentFigure(accuracy)} at ${integer(totalTokens)} tokens`,
  );
  return `Accuracy in percent. Measured: ${measured.join('; ')}. Computed: ${computed.join('; ')}.`;
}
