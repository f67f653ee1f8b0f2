import type { ArmStyle } from '../arm-styles.js';
import { integer, percentFigure, type Interval } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import type { Deciles } from '../quantiles.js';
import { decoration, group, label, line, path } from './figure.js';
import { belowScaleMark, mark } from './marks.js';
import { linearScale, type Scale } from './scale.js';

const INTERVAL_SIZE = [112, 16] as const;

/** One accuracy scale for a whole table column; its head draws the ticks, its cells the bars. */
export interface IntervalScale {
  readonly floor: number;
  readonly ceiling: number;
  readonly reference: number;
}

export function intervalHead(scale: IntervalScale): TrustedMarkup {
  const x = intervalX(scale);
  return decoration(
    [INTERVAL_SIZE[0], 14],
    'ibar',
    ...x
      .ticks(3)
      .map((tick) =>
        label('t', [x(tick), 11], percentFigure(tick, 0), x(tick) < 8 ? 'start' : x(tick) > 104 ? 'end' : 'middle'),
      ),
  );
}

export function intervalBar(scale: IntervalScale, style: ArmStyle, accuracy: number, bounds: Interval): TrustedMarkup {
  if (!Number.isFinite(accuracy)) return NOTHING;
  const x = intervalX(scale);
  const clipped = [Math.max(bounds[0], scale.floor), Math.min(bounds[1], scale.ceiling)] as const;
  const drawn =
    accuracy < scale.floor
      ? belowScaleMark(8)
      : group(
          '',
          path('ci2', `M${x(clipped[0]).toFixed(1)} 8H${x(clipped[1]).toFixed(1)}`),
          mark(style.kind, { x: x(accuracy), y: 8, radius: 3.6 }),
        );
  return decoration(
    INTERVAL_SIZE,
    `ibar ${style.className}`,
    scale.reference < scale.floor ? NOTHING : line('ref', [x(scale.reference), 0], [x(scale.reference), 16]),
    drawn,
  );
}

function intervalX(scale: IntervalScale): Scale {
  return linearScale([scale.floor, scale.ceiling], [2, INTERVAL_SIZE[0] - 6]);
}

export interface StackPart {
  /** Class of the segment's fill. */
  readonly className: string;
  readonly share: number;
}

/** Shares of one whole, 1 px apart. */
export function stackBar(parts: readonly StackPart[], width = 76): TrustedMarkup {
  const room = width - 1;
  let x = 0;
  const rects = parts
    .filter((part) => part.share > 0)
    .map((part) => {
      const drawn = Math.max(1, part.share * room - 1);
      const rect = element('rect', { class: part.className, x, y: 0, width: drawn, height: 10 });
      x += drawn + 1;
      return rect;
    });
  return decoration([width, 10], 'stop', ...rects);
}

const FLIP_WIDTH = 236;
const FLIP_AXIS = 188;
const FLIP_REACH = 140;

export function flipHead(): TrustedMarkup {
  return decoration(
    [FLIP_WIDTH, 14],
    'ibar',
    label('t', [FLIP_AXIS - 6, 11], 'lost', 'end'),
    label('t', [FLIP_AXIS + 6, 11], 'won'),
  );
}

/** Lost to the left, won to the right of one axis; `most` is the largest count of the table. */
export function flipBar(lost: number, won: number, most: number): TrustedMarkup {
  const unit = (FLIP_REACH - 8) / Math.max(most, 1);
  const left = lost * unit;
  const right = Math.min(won * unit, FLIP_WIDTH - FLIP_AXIS - 26);
  return decoration(
    [FLIP_WIDTH, 20],
    'ibar',
    element('rect', { class: 'fl', x: FLIP_AXIS - left, y: 3, width: left, height: 14 }),
    element('rect', { class: 'fw', x: FLIP_AXIS, y: 3, width: right, height: 14 }),
    line('zero', [FLIP_AXIS, 0], [FLIP_AXIS, 20]),
    label('flt', [FLIP_AXIS - left - 6, 14], integer(lost), 'end'),
    label('flt', [FLIP_AXIS + right + 6, 14], integer(won)),
  );
}

export interface RangeScale {
  readonly end: number;
  readonly width: number;
}

export function rangeHead(scale: RangeScale, format: (tick: number) => string): TrustedMarkup {
  const x = rangeX(scale);
  const ticks = x.ticks(scale.width > 140 ? 4 : 3);
  return decoration(
    [scale.width, 14],
    'ibar',
    ...ticks.map((tick) =>
      label('t', [x(tick), 11], format(tick), tick === 0 ? 'start' : x(tick) > scale.width - 16 ? 'end' : 'middle'),
    ),
  );
}

/** 10th to 90th percentile as a line, the median as the arm's mark. */
export function rangeBar(scale: RangeScale, style: ArmStyle, range: Deciles): TrustedMarkup {
  const x = rangeX(scale);
  const at = (value: number): number => x(Math.min(value, scale.end));
  const [low, high] = [at(range.p10), at(range.p90)];
  return decoration(
    [scale.width, 16],
    `ibar ${style.className}`,
    element('rect', { class: 'band', x: 2, y: 6, width: scale.width - 8, height: 4 }),
    path('ci2', `M${low.toFixed(1)} 8H${Math.max(high, low + 1).toFixed(1)}`),
    mark(style.kind, { x: at(range.p50), y: 8, radius: 3.6 }),
  );
}

function rangeX(scale: RangeScale): Scale {
  return linearScale([0, scale.end], [2, scale.width - 6]);
}
