import { bin, max, mean, quantile } from 'd3-array';
import { integer, signed } from '../format.js';
import { concat, element, type TrustedMarkup } from '../markup.js';
import { figure, label, line } from './figure.js';
import { linearScale } from './scale.js';

const HEIGHT = 190;
const [TOP, BOTTOM] = [22, 150];

const SIZES = [
  { variant: 'wide', width: 680, bins: 32, ticks: 8 },
  { variant: 'narrow', width: 340, bins: 18, ticks: 4 },
] as const;

/** From here on the furthest hundredths are counted instead of drawn: they would press the rest together. */
const MANY = 200;

export interface TokenChange {
  readonly chart: TrustedMarkup;
  readonly shorter: number;
  readonly longer: number;
  readonly equal: number;
  /** Changes beyond the drawn range. */
  readonly beyond: number;
}

/** How many items got how much shorter or longer; null where no item changed. */
export function tokenChange(changes: readonly number[], id: string, className: string): TokenChange | null {
  const shorter = changes.filter((change) => change < 0).length;
  const longer = changes.filter((change) => change > 0).length;
  if (shorter + longer === 0) return null;
  const sorted = changes.toSorted((a, b) => a - b);
  const tail = changes.length < MANY ? 0 : 0.01;
  const range = [Math.min(0, quantile(sorted, tail) ?? 0), Math.max(0, quantile(sorted, 1 - tail) ?? 0)] as const;
  const within = changes.filter((change) => change >= range[0] && change <= range[1]);
  const drawings = SIZES.map((size) => drawing(within, { range, size, id, className, middle: mean(changes) ?? 0 }));
  return {
    chart: concat(...drawings),
    shorter,
    longer,
    equal: changes.length - shorter - longer,
    beyond: changes.length - within.length,
  };
}

interface Drawn {
  readonly range: readonly [number, number];
  readonly size: (typeof SIZES)[number];
  readonly id: string;
  readonly className: string;
  readonly middle: number;
}

function drawing(changes: readonly number[], { range, size, id, className, middle }: Drawn): TrustedMarkup {
  const bins = bin().domain([range[0], range[1]]).thresholds(size.bins)([...changes]);
  const [low, high] = [bins[0]?.x0 ?? range[0], bins.at(-1)?.x1 ?? range[1]];
  const most = max(bins, ({ length }) => length) ?? 1;
  const x = linearScale([low, Math.max(high, low + 1)], [6, size.width - 6]);
  const y = linearScale([0, most], [BOTTOM, TOP]);
  const highest = bins.find(({ length }) => length === most);
  const bars = bins.map(({ x0 = low, x1 = high, length }) =>
    element('rect', {
      class: 'tc',
      x: x(x0) + 0.5,
      y: y(length),
      width: Math.max(1, x(x1) - x(x0) - 1),
      height: BOTTOM - y(length),
    }),
  );
  return figure(
    {
      id: `${id}-${size.variant}`,
      width: size.width,
      height: HEIGHT,
      title: 'Change in delivered tokens per item',
      description: bins
        .map(({ x0 = 0, x1 = 0, length }) => `${integer(x0)} to ${integer(x1)}: ${integer(length)}`)
        .join('; '),
      className: `only-${size.variant} ${className}`,
    },
    ...bars,
    line('axis', [6, BOTTOM], [size.width - 6, BOTTOM]),
    line('zero', [x(0), TOP - 8], [x(0), BOTTOM]),
    ...(middle >= low && middle <= high ? [line('ref', [x(middle), TOP - 8], [x(middle), BOTTOM])] : []),
    ...(highest
      ? [label('num', [(x(highest.x0 ?? 0) + x(highest.x1 ?? 0)) / 2, y(most) - 5], integer(most), 'middle')]
      : []),
    ...x
      .ticks(size.ticks)
      .map((tick) => label('t', [x(tick), BOTTOM + 17], tick === 0 ? '0' : signed(tick, 0), 'middle')),
    label('t', [size.width / 2, HEIGHT - 4], 'change in delivered tokens; dashed: mean', 'middle'),
  );
}
