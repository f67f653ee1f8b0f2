import { line as lineShape } from 'd3-shape';
import type { ArmStyle } from '../arm-styles.js';
import { integer, percentFigure, roundShare } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { concat, figure, group, label, line, path, textWidth } from './figure.js';
import { placeLabels, type Box, type PlacedLabel } from './labels.js';
import { mark } from './marks.js';
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

interface CurveSize {
  readonly variant: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  readonly ticks: number;
}

const SIZES: readonly CurveSize[] = [
  { variant: 'wide', width: 560, height: 260, ticks: 6 },
  { variant: 'narrow', width: 358, height: 240, ticks: 4 },
];
const LEFT = 36;
const TOP = 26;
const BELOW = 40;
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
  const [right, bottom] = [size.width - 8, size.height - BELOW];
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
    axes([x, y], { right, bottom }, size),
    path('eca', lineShape().digits(1)(curve) ?? ''),
    chosen === null
      ? NOTHING
      : element('circle', { class: 'mk hollow', cx: x(chosen.totalTokens), cy: y(chosen.accuracy), r: RADIUS + 3.5 }),
    ...arms.map((arm) => armMark(arm, [x(arm.totalTokens), y(arm.accuracy)])),
    armLabels(
      arms.map((arm) => ({ arm, at: [x(arm.totalTokens), y(arm.accuracy)] as const })),
      { x: LEFT + 4, y: TOP, width: right - LEFT - 4, height: bottom - TOP },
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
    linearScale([0, roundDomain([0, most], size.ticks)[1]], [LEFT, size.width - 8]),
    linearScale([Math.max(0, low), Math.min(1, high)], [size.height - BELOW, TOP]),
  ];
}

function axes(
  [x, y]: readonly [Scale, Scale],
  { right, bottom }: { readonly right: number; readonly bottom: number },
  size: CurveSize,
): TrustedMarkup {
  return concat(
    label('t', [0, 12], 'accuracy, %'),
    ...y
      .ticks(5)
      .map((tick) =>
        concat(
          line('grid', [LEFT, y(tick)], [right, y(tick)]),
          label('t', [LEFT - 8, y(tick) + 4], percentFigure(tick, 0), 'end'),
        ),
      ),
    line('axis', [LEFT, bottom], [right, bottom]),
    ...x
      .ticks(size.ticks)
      .map((tick) => label('t', [x(tick), bottom + 16], integer(tick), x(tick) > right - 16 ? 'end' : 'middle')),
    label('t', [right, size.height - 6], 'total tokens per item, mean', 'end'),
  );
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
  return concat(...labelled.map((one, index) => armLabel(one, placed[index])));
}

function armLabel({ arm, at }: Labelled, place: PlacedLabel | undefined): TrustedMarkup {
  if (place === undefined) return NOTHING;
  const anchor = place.x >= at[0] ? 'start' : place.x + place.width <= at[0] ? 'end' : 'middle';
  const x = anchor === 'start' ? place.x : anchor === 'end' ? place.x + place.width : place.x + place.width / 2;
  const leader = place.leader === null ? NOTHING : line('leader', at, [place.leader.x, place.leader.y]);
  return group(arm.style.className, leader, label('lab', [x, place.y + 12.5], arm.name, anchor));
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
