import { accuracyEstimate, integer, percentFigure, pointsFigure } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { concat, figure, group, label, line, path } from './figure.js';
import {
  frontierGeometry,
  NARROW,
  nonDominated,
  WIDE,
  type FrontierArm,
  type FrontierGeometry,
  type FrontierSize,
} from './frontier-geometry.js';
import { armLabel, lineBoxes, markBox, request } from './frontier-labels.js';
import { placeLabels, type Box } from './labels.js';
import { axisBreak, mark } from './marks.js';

/** Accuracy against tokens, once for wide and once for narrow screens; the style sheet shows one of them. */
export function frontierChart(arms: readonly FrontierArm[], margin: number): TrustedMarkup {
  return concat(drawFrontier(arms, margin, WIDE), drawFrontier(arms, margin, NARROW));
}

const MARK_RADIUS = 5.4;

function drawFrontier(arms: readonly FrontierArm[], margin: number, size: FrontierSize): TrustedMarkup {
  const geometry = frontierGeometry(arms, size);
  const frontier = nonDominated(arms);
  const isFilled = (arm: FrontierArm): boolean => arm.isReference || frontier.includes(arm);
  return figure(
    {
      id: `frontier-${size.variant}`,
      width: size.width,
      height: size.height,
      title: 'Accuracy against tokens',
      description: arms.map(described).join('; '),
      className: `only-${size.variant}`,
    },
    axes(geometry),
    referenceLines(geometry, margin),
    staircase(geometry, frontier),
    ...geometry.inWindow.map((arm) => intervals(geometry, arm)),
    ...geometry.inWindow.map((arm) => armMark(arm, geometry.x(arm.delivered), geometry.y(arm.accuracy), isFilled(arm))),
    windowLabels(geometry, frontier),
    geometry.below.length === 0 ? NOTHING : strip(geometry, isFilled),
  );
}

function described(arm: FrontierArm): string {
  const { value, interval } = accuracyEstimate(arm.accuracy, arm.accuracyInterval);
  const probes = Math.round(arm.total) > Math.round(arm.delivered) ? `, ${integer(arm.total)} with probes` : '';
  return `${arm.name}: ${value} % (${interval}) at ${integer(arm.delivered)} tokens${probes}`;
}

function axes(geometry: FrontierGeometry): TrustedMarkup {
  const { size, x, y } = geometry;
  const title =
    size.variant === 'wide'
      ? 'Tokens per item, mean (thinking + answer; dotted tail: probes on top)'
      : 'Tokens per item, mean: thinking + answer';
  return concat(
    ...geometry.yTicks.map((tick) => line('grid', [size.left, y(tick)], [size.right, y(tick)])),
    ...geometry.yTicks.map((tick) => label('t', [size.left - 6, y(tick) + 4], percentFigure(tick, 0), 'end')),
    label('t2', [size.variant === 'wide' ? 0 : 2, 12], 'Accuracy, %'),
    line('axis', [size.left, size.bottom], [size.right, size.bottom]),
    ...geometry.xTicks.map((tick) => line('axis', [x(tick), size.bottom], [x(tick), size.bottom + 4])),
    ...geometry.xTicks.map((tick) =>
      label('t', [x(tick), size.bottom + 18], integer(tick), x(tick) > size.right - 12 ? 'end' : 'middle'),
    ),
    label('t2', [size.right, size.bottom + 37], title, 'end'),
    size.variant === 'wide'
      ? NOTHING
      : label('t2', [size.right, size.bottom + 54], 'dotted tail: probes on top', 'end'),
  );
}

/** The margin band, and the reference arm dashed in both directions. */
function referenceLines(geometry: FrontierGeometry, margin: number): TrustedMarkup {
  const { size, x, y, floor } = geometry;
  const reference = geometry.inWindow.find((arm) => arm.isReference);
  const better = label('t2', [size.left + 7, size.top + 16], '↖ better');
  if (reference === undefined) return better;
  const top = y(reference.accuracy);
  const bottom = y(Math.max(reference.accuracy - margin, floor));
  const column = x(reference.delivered);
  const name = `margin ${pointsFigure(margin)} pts`;
  return concat(
    element('rect', { class: 'band', x: size.left, y: top, width: size.right - size.left, height: bottom - top }),
    line('ref', [size.left, top], [size.right, top]),
    line('ref', [column, size.top - 4], [column, size.bottom]),
    bottom - top < 1 ? NOTHING : label('t', [size.left + 5, bottom + 13], name),
    top - size.top > 26 ? better : NOTHING,
  );
}

/** Through the arms that nothing dominates, at their total tokens: right first, then up. */
function staircase(geometry: FrontierGeometry, frontier: readonly FrontierArm[]): TrustedMarkup {
  const { x, y, size, plotBottom, floor } = geometry;
  let d = '';
  let height = plotBottom;
  for (const arm of frontier) {
    if (arm.accuracy < floor) {
      d = `M${fixed(x(arm.total))} ${fixed(plotBottom)}`;
      continue;
    }
    const up = `V${fixed(y(arm.accuracy))}`;
    d += d === '' ? `M${fixed(x(arm.total))} ${fixed(height)}${up}` : `H${fixed(x(arm.total))}${up}`;
    height = y(arm.accuracy);
  }
  return path('pareto', d === '' ? '' : `${d}H${size.right}`);
}

function intervals(geometry: FrontierGeometry, arm: FrontierArm): TrustedMarkup {
  const { x, y, floor, ceiling } = geometry;
  const [low, high] = arm.accuracyInterval;
  const vertical = `M${fixed(x(arm.delivered))} ${fixed(y(Math.max(low, floor)))}V${fixed(y(Math.min(high, ceiling)))}`;
  return group(
    arm.style.className,
    path('ci', `${horizontal(geometry, arm, y(arm.accuracy))}${vertical}`),
    probeTail(geometry, arm, y(arm.accuracy)),
  );
}

function horizontal(geometry: FrontierGeometry, arm: FrontierArm, height: number): string {
  const interval = arm.deliveredInterval;
  if (interval === null) return '';
  return `M${fixed(geometry.x(Math.max(0, interval[0])))} ${fixed(height)}H${fixed(geometry.x(interval[1]))}`;
}

/** From delivered to total, where probes or rejected drafts cost something. */
function probeTail(geometry: FrontierGeometry, arm: FrontierArm, height: number): TrustedMarkup {
  const from = geometry.x(arm.delivered);
  const to = geometry.x(arm.total);
  if (to - from < 1) return NOTHING;
  return concat(
    path('tail', `M${fixed(from)} ${fixed(height)}H${fixed(to)}`),
    element('circle', { class: 'tailend', cx: to, cy: height, r: 2 }),
  );
}

function armMark(arm: FrontierArm, x: number, y: number, filled: boolean): TrustedMarkup {
  return group(arm.style.className, mark(arm.style.kind, { x, y, radius: MARK_RADIUS }, !filled));
}

/** Reference first, then the frontier, then by accuracy: what matters most gets the best place. */
function windowLabels(geometry: FrontierGeometry, frontier: readonly FrontierArm[]): TrustedMarkup {
  const rank = (arm: FrontierArm): number => (arm.isReference ? 0 : frontier.includes(arm) ? 1 : 2);
  const arms = geometry.inWindow
    .filter((arm) => arm.style.labelled)
    .toSorted((a, b) => rank(a) - rank(b) || b.accuracy - a.accuracy);
  const at = (arm: FrontierArm): readonly [number, number] => [geometry.x(arm.delivered), geometry.y(arm.accuracy)];
  const { size } = geometry;
  const area = {
    x: size.left + 4,
    y: size.top,
    width: size.right - size.left - 4,
    height: geometry.plotBottom - size.top,
  };
  const placed = placeLabels(
    arms.map((arm) => request(geometry, arm, at(arm))),
    { area, marks: geometry.inWindow.map((arm) => markBox(at(arm))), lines: lineBoxes(geometry, frontier) },
  );
  return concat(...arms.map((arm, index) => armLabel(geometry, arm, at(arm), placed[index])));
}

/** Arms below the window, at their tokens, with the value printed because the axis does not show it. */
function strip(geometry: FrontierGeometry, isFilled: (arm: FrontierArm) => boolean): TrustedMarkup {
  const { size, below, plotBottom } = geometry;
  const rows = stripRows(geometry);
  const at = (arm: FrontierArm): readonly [number, number] => [geometry.x(arm.delivered), rows.get(arm) ?? plotBottom];
  const arms = below.toSorted((a, b) => b.accuracy - a.accuracy);
  const labelled = arms.filter((arm) => arm.style.labelled);
  const note: Box = { x: size.right - 104, y: plotBottom + 4, width: 104, height: 14 };
  const placed = placeLabels(
    labelled.map((arm) => request(geometry, arm, at(arm))),
    {
      area: {
        x: size.left + 6,
        y: plotBottom + 8,
        width: size.right - size.left - 6,
        height: size.bottom - plotBottom - 8,
      },
      marks: [...arms.map((arm) => markBox(at(arm))), note],
      lines: [],
    },
  );
  return concat(
    path('axis', `M${size.left} ${size.top}V${plotBottom + 2}M${size.left} ${plotBottom + 8}V${size.bottom}`),
    axisBreak(size.left, plotBottom + 1),
    label('t halo', [size.right, plotBottom + 15], 'below this scale', 'end'),
    ...arms.map((arm) =>
      group(
        arm.style.className,
        path('ci', horizontal(geometry, arm, at(arm)[1])),
        probeTail(geometry, arm, at(arm)[1]),
      ),
    ),
    ...arms.map((arm) => armMark(arm, ...at(arm), isFilled(arm))),
    ...labelled.map((arm, index) => armLabel(geometry, arm, at(arm), placed[index])),
  );
}

/** Height of each mark in the strip: side by side in one row, alternating where two would cover each other. */
function stripRows({ below, x, size, plotBottom }: FrontierGeometry): ReadonlyMap<FrontierArm, number> {
  const middle = (plotBottom + 14 + size.bottom) / 2;
  const sorted = below.toSorted((a, b) => a.delivered - b.delivered);
  const crowded = sorted.some(
    (arm, index) => index > 0 && x(arm.delivered) - x(sorted[index - 1]?.delivered ?? 0) < 13,
  );
  return new Map(sorted.map((arm, index) => [arm, crowded ? middle + (index % 2 === 0 ? -8 : 8) : middle]));
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
