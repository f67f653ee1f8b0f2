import { curveStepAfter, area, line as lineShape } from 'd3-shape';
import { integer, percent } from '../format.js';
import { element, type TrustedMarkup } from '../markup.js';
import { concat, figure, label, line } from './figure.js';
import { BOTTOM, HEIGHT, SIZES, TOP, yOfShare, type PanelSize } from './panel-size.js';
import { linearScale } from './scale.js';

export interface FirstCorrectPanel {
  readonly id: string;
  readonly name: string;
  /** Delivered tokens to the first right result, ascending; samples that never state it are left out. */
  readonly known: readonly number[];
  /** Delivered tokens of the same samples, ascending. */
  readonly finished: readonly number[];
  readonly samples: number;
}

/**
 * Share of samples that have stated the right result by a token, in the arm's colour, and that have also ended by it, in
 * grey: the area between them is what is spent after the answer is known.
 */
export function firstCorrectPanel(panel: FirstCorrectPanel, domainEnd: number): TrustedMarkup {
  return concat(...SIZES.map((size) => drawPanel(panel, domainEnd, size)));
}

interface CurvePoint {
  readonly tokens: number;
  readonly known: number;
  readonly finished: number;
}

function drawPanel(panel: FirstCorrectPanel, domainEnd: number, size: PanelSize): TrustedMarkup {
  const x = linearScale([0, domainEnd], [2, size.width - 4]);
  const points = curvePoints(panel, domainEnd, Math.round(size.width / 2));
  const at = (point: CurvePoint): number => x(point.tokens);
  const curve = (share: (point: CurvePoint) => number): string =>
    lineShape<CurvePoint>(at, (point) => yOfShare(share(point)))
      .curve(curveStepAfter)
      .digits(1)(points) ?? '';
  const between = area<CurvePoint>(
    at,
    (point) => yOfShare(point.finished),
    (point) => yOfShare(point.known),
  );
  return figure(
    {
      id: `${panel.id}-${size.variant}`,
      width: size.width,
      height: HEIGHT,
      title: `${panel.name}: right result stated, and trace ended, by token`,
      description: summary(panel),
      className: `only-${size.variant}`,
    },
    ...x.ticks(size.ticks).map((tick) => line('grid', [x(tick), TOP], [x(tick), BOTTOM])),
    line('axis', [2, BOTTOM], [size.width - 4, BOTTOM]),
    line('axis', [2, yOfShare(0.5)], [6, yOfShare(0.5)]),
    line('axis', [2, yOfShare(1)], [6, yOfShare(1)]),
    element('path', { class: 'ecf', d: between.curve(curveStepAfter).digits(1)(points) ?? '' }),
    element('path', { class: 'ecb', d: curve((point) => point.finished) }),
    element('path', { class: 'eca', d: curve((point) => point.known) }),
    ...x.ticks(size.ticks).map((tick) => {
      const anchor = tick === 0 ? 'start' : x(tick) > size.width - 18 ? 'end' : 'middle';
      return label('t', [x(tick), 107], integer(tick), anchor);
    }),
  );
}

/** One point per two pixels: finer steps cannot be seen. */
function curvePoints({ known, finished, samples }: FirstCorrectPanel, end: number, count: number): CurvePoint[] {
  let [knownBy, finishedBy] = [0, 0];
  return Array.from({ length: count + 1 }, (_unused, index) => {
    const tokens = (end * index) / count;
    while (knownBy < known.length && (known[knownBy] ?? 0) <= tokens) knownBy += 1;
    while (finishedBy < finished.length && (finished[finishedBy] ?? 0) <= tokens) finishedBy += 1;
    return { tokens, known: knownBy / samples, finished: finishedBy / samples };
  });
}

function summary({ name, known, finished, samples }: FirstCorrectPanel): string {
  return `${name}: ${percent(known.length / samples)} state the right result, half of them by token ${middle(known)}; half of these end by token ${middle(finished)}`;
}

function middle(sorted: readonly number[]): string {
  return integer(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
}
