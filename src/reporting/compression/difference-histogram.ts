import { max } from 'd3-array';
import { concat, figure, label, line } from '../charts/figure.js';
import { linearScale } from '../charts/scale.js';
import { integer, signed } from '../format.js';
import { element, type TrustedMarkup } from '../markup.js';
import type { DifferenceCount } from '../../compression/index.js';

const HEIGHT = 150;
const TOP = 20;
const BOTTOM = 112;
/** Points on either side of zero that the axis shows at least. */
const LEAST_REACH = 4;

const SIZES = [
  { variant: 'wide', width: 560, ticks: 9 },
  { variant: 'narrow', width: 340, ticks: 5 },
] as const;

/** How far the kept share of chains is from the asked one, in points; zero stands in the middle. */
export function differenceHistogram(differences: readonly DifferenceCount[]): TrustedMarkup {
  return concat(...SIZES.map((size) => drawing(differences, size)));
}

function drawing(differences: readonly DifferenceCount[], size: (typeof SIZES)[number]): TrustedMarkup {
  const reach = Math.max(LEAST_REACH, ...differences.map(({ points }) => Math.abs(points))) + 0.6;
  const most = max(differences, ({ chains }) => chains) ?? 1;
  const x = linearScale([-reach, reach], [4, size.width - 4]);
  const y = linearScale([0, most], [BOTTOM, TOP]);
  const half = Math.max(0.5, ((x(1) - x(0)) * 0.84) / 2);
  const ticks = x.ticks(size.ticks).filter((tick) => Number.isInteger(tick));
  return figure(
    {
      id: `difference-${size.variant}`,
      width: size.width,
      height: HEIGHT,
      title: 'Kept minus asked share of a chain, in points',
      description: differences.map(({ points, chains }) => `${signed(points, 0)}: ${integer(chains)}`).join('; '),
      className: `only-${size.variant}`,
    },
    line('zero', [x(0), TOP - 6], [x(0), BOTTOM + 4]),
    ...differences.map(({ points, chains }) =>
      element('rect', { class: 'dh', x: x(points) - half, y: y(chains), width: 2 * half, height: BOTTOM - y(chains) }),
    ),
    line('axis', [4, BOTTOM], [size.width - 4, BOTTOM]),
    ...differences
      .filter(({ chains }) => chains === most)
      .slice(0, 1)
      .map(({ points, chains }) => label('num', [x(points), y(chains) - 5], integer(chains), 'middle')),
    ...ticks.map((tick) => label('t', [x(tick), BOTTOM + 18], tick === 0 ? '0' : signed(tick, 0), 'middle')),
    label('t', [size.width / 2, HEIGHT - 4], 'kept − asked, points', 'middle'),
  );
}
