import { signed, type Interval } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { decoration, group, label, line, path } from './figure.js';
import { linearScale, type Scale } from './scale.js';

const SIZE = [148, 16] as const;

/** One scale of paired differences for a whole table column, in shares; it holds 0 and the margin. */
export interface DifferenceScale {
  readonly low: number;
  readonly high: number;
  readonly margin: number;
}

export function differenceScale(intervals: readonly Interval[], margin: number): DifferenceScale {
  const ends = intervals.flat().filter(Number.isFinite);
  return { low: Math.min(-margin, 0, ...ends), high: Math.max(margin, 0.01, ...ends), margin };
}

export function differenceHead(scale: DifferenceScale): TrustedMarkup {
  const x = differenceX(scale);
  const ticks = x.ticks(3).map((tick) => {
    const anchor = x(tick) < 14 ? 'start' : x(tick) > SIZE[0] - 14 ? 'end' : 'middle';
    return label('t', [x(tick), 11], signed(tick * 100, 0), anchor);
  });
  return decoration([SIZE[0], 14], 'ibar', ...ticks);
}

/** The interval as a line, the difference as a dot, the margin as a band around zero. */
export function differenceBar(
  scale: DifferenceScale,
  className: string,
  { value, interval }: { readonly value: number; readonly interval: Interval },
): TrustedMarkup {
  const x = differenceX(scale);
  const [left, right] = [x(-scale.margin), x(scale.margin)];
  const drawn = Number.isFinite(value)
    ? group(
        '',
        path('ci2', `M${x(interval[0]).toFixed(1)} 8H${Math.max(x(interval[1]), x(interval[0]) + 1).toFixed(1)}`),
        element('circle', { class: 'mk', cx: x(value), cy: 8, r: 3.6 }),
      )
    : NOTHING;
  return decoration(
    SIZE,
    `ibar ${className}`,
    element('rect', { class: 'band', x: left, y: 0, width: right - left, height: 16 }),
    line('zero', [x(0), 0], [x(0), 16]),
    drawn,
  );
}

function differenceX({ low, high }: DifferenceScale): Scale {
  return linearScale([low, high], [5, SIZE[0] - 5]);
}
