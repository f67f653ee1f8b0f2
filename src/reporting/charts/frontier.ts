import { accuracyEstimate, integer, percentFigure, pointsFigure } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { concat, figure, group, label, line, path, textWidth } from './figure.js';
import { isCrowded, nonDominated, type FrontierArm } from './frontier-arms.js';
import { frontierGeometry, NARROW, WIDE, type FrontierGeometry, type FrontierSize } from './frontier-geometry.js';
import { lineBoxes, markBox, markLabels, type PlacedMark } from './frontier-labels.js';
import type { Box } from './labels.js';
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
  // Bars of all would hide the marks where there are many; the table has them.
  const hasBars = (arm: FrontierArm): boolean => !isCrowded(arms) || !geometry.numbers.has(arm);
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
    ...geometry.inWindow.filter(hasBars).map((arm) => intervals(geometry, arm)),
    ...geometry.inWindow.map((arm) => armMark(arm, markPlace(geometry, arm), isFilled(arm))),
    windowLabels(geometry, plotNotes(geometry, margin).map(noteBox), { frontier, hasBars }),
    geometry.below.length === 0 ? NOTHING : strip(geometry, isFilled, hasBars),
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

interface Note {
  readonly className: 't' | 't2';
  readonly at: readonly [number, number];
  readonly text: string;
}

/** What is written into the plot beside its labels. */
function plotNotes({ size, y, floor, inWindow }: FrontierGeometry, margin: number): readonly Note[] {
  const better: Note = { className: 't2', at: [size.left + 7, size.top + 16], text: '↖ better' };
  const reference = inWindow.find((arm) => arm.isReference);
  if (reference === undefined) return [better];
  const top = y(reference.accuracy);
  const bottom = y(Math.max(reference.accuracy - margin, floor));
  const text = `margin ${pointsFigure(margin)} pts`;
  const band: Note = { className: 't', at: [size.left + 5, bottom + 13], text };
  return [...(bottom - top < 1 ? [] : [band]), ...(top - size.top > 26 ? [better] : [])];
}

function noteBox({ at, text }: Note): Box {
  return { x: at[0], y: at[1] - 11, width: textWidth(text, 12.5), height: 14 };
}

/** The margin band, and the reference arm dashed in both directions. */
function referenceLines(geometry: FrontierGeometry, margin: number): TrustedMarkup {
  const { size, x, y, floor } = geometry;
  const reference = geometry.inWindow.find((arm) => arm.isReference);
  const notes = plotNotes(geometry, margin).map(({ className, at, text }) => label(className, at, text));
  if (reference === undefined) return concat(...notes);
  const top = y(reference.accuracy);
  const bottom = y(Math.max(reference.accuracy - margin, floor));
  const column = x(reference.delivered);
  return concat(
    element('rect', { class: 'band', x: size.left, y: top, width: size.right - size.left, height: bottom - top }),
    line('ref', [size.left, top], [size.right, top]),
    line('ref', [column, size.top - 4], [column, size.bottom]),
    ...notes,
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

function markPlace(geometry: FrontierGeometry, arm: FrontierArm): PlacedMark['at'] {
  return [geometry.x(arm.delivered), geometry.stripY.get(arm) ?? geometry.y(arm.accuracy)];
}

function armMark(arm: FrontierArm, [x, y]: PlacedMark['at'], filled: boolean): TrustedMarkup {
  const title = element('title', {}, described(arm));
  return group(arm.style.className, title, mark(arm.style.kind, { x, y, radius: MARK_RADIUS }, !filled));
}

type ArmTest = (arm: FrontierArm) => boolean;

/** Reference first, then the frontier, then by accuracy. */
function windowLabels(
  geometry: FrontierGeometry,
  texts: readonly Box[],
  { frontier, hasBars }: { readonly frontier: readonly FrontierArm[]; readonly hasBars: ArmTest },
): TrustedMarkup {
  const rank = (arm: FrontierArm): number => (arm.isReference ? 0 : frontier.includes(arm) ? 1 : 2);
  const { size, inWindow, plotBottom } = geometry;
  const marks = inWindow
    .toSorted((a, b) => rank(a) - rank(b) || b.accuracy - a.accuracy)
    .map((arm): PlacedMark => ({ arm, at: markPlace(geometry, arm) }));
  const area = { x: size.left + 4, y: size.top, width: size.right - size.left - 4, height: plotBottom - size.top };
  const lines = lineBoxes(geometry, frontier, inWindow.filter(hasBars));
  return concat(...markLabels(geometry, marks, { area, texts, marks: marks.map(({ at }) => markBox(at)), lines }));
}

/** Arms below the window, at their tokens, with the value printed because the axis does not show it. */
function strip(geometry: FrontierGeometry, isFilled: ArmTest, hasBars: ArmTest): TrustedMarkup {
  const { size, below, plotBottom } = geometry;
  const marks = below
    .toSorted((a, b) => b.accuracy - a.accuracy)
    .map((arm): PlacedMark => ({ arm, at: markPlace(geometry, arm) }));
  const note: Box = { x: size.right - 104, y: plotBottom + 4, width: 104, height: 14 };
  const area = {
    x: size.left + 6,
    y: plotBottom + 8,
    width: size.right - size.left - 6,
    height: size.bottom - plotBottom - 8,
  };
  return concat(
    path('axis', `M${size.left} ${size.top}V${plotBottom + 2}M${size.left} ${plotBottom + 8}V${size.bottom}`),
    axisBreak(size.left, plotBottom + 1),
    label('t halo', [size.right, plotBottom + 15], 'below this scale', 'end'),
    ...marks
      .filter(({ arm }) => hasBars(arm))
      .map(({ arm, at }) =>
        group(arm.style.className, path('ci', horizontal(geometry, arm, at[1])), probeTail(geometry, arm, at[1])),
      ),
    ...marks.map(({ arm, at }) => armMark(arm, at, isFilled(arm))),
    ...markLabels(geometry, marks, { area, texts: [note], marks: marks.map(({ at }) => markBox(at)), lines: [] }),
  );
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
