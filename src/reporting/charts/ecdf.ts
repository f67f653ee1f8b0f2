import { bisectRight, mean, quantileSorted } from 'd3-array';
import { area, curveStepAfter, line as lineShape } from 'd3-shape';
import { integer } from '../format.js';
import { element, type TrustedMarkup } from '../markup.js';
import { concat, figure, label, line } from './figure.js';
import { BOTTOM, HEIGHT, SIZES, TOP, yOfShare, type PanelSize } from './panel-size.js';
import { linearScale, roundDomain } from './scale.js';

/** Below this many items a cumulative curve is noise that looks like a finding. */
export const FEWEST_ITEMS = 20;

export interface EcdfPanel {
  readonly id: string;
  readonly name: string;
  readonly className: string;
  /** Thinking tokens per item, ascending. */
  readonly arm: readonly number[];
  readonly reference: readonly number[];
  readonly referenceName: string;
}

/** Right end of all panels: 98 % of the reference's items, so that one long trace does not flatten the rest. */
export function ecdfDomain(reference: readonly number[]): number {
  const end = quantileSorted([...reference], 0.98) ?? 1;
  return roundDomain([0, Math.max(end, 8)], 4)[1];
}

export function ecdfPanel(panel: EcdfPanel, domainEnd: number): TrustedMarkup {
  return concat(...SIZES.map((size) => drawPanel(panel, domainEnd, size)));
}

function drawPanel(panel: EcdfPanel, domainEnd: number, size: PanelSize): TrustedMarkup {
  const x = linearScale([0, domainEnd], [2, size.width - 4]);
  const curves = steps(panel, domainEnd, Math.round(size.width / 2));
  const armLine = lineShape<CurvePoint>(
    (point) => x(point.tokens),
    (point) => yOfShare(point.arm),
  ).curve(curveStepAfter);
  const referenceLine = lineShape<CurvePoint>(
    (point) => x(point.tokens),
    (point) => yOfShare(point.reference),
  );
  const between = area<CurvePoint>(
    (point) => x(point.tokens),
    (point) => yOfShare(point.reference),
    (point) => yOfShare(point.arm),
  );
  return figure(
    {
      id: `${panel.id}-${size.variant}`,
      width: size.width,
      height: HEIGHT,
      title: `${panel.name}: thinking tokens per item, cumulative`,
      description: `${summary(panel.name, panel.arm)}; ${summary(panel.referenceName, panel.reference)}`,
      className: `only-${size.variant}`,
    },
    ...x.ticks(size.ticks).map((tick) => line('grid', [x(tick), TOP], [x(tick), BOTTOM])),
    line('axis', [2, BOTTOM], [size.width - 4, BOTTOM]),
    line('axis', [2, yOfShare(0.5)], [6, yOfShare(0.5)]),
    element('path', { class: 'ecf', d: rounded(between.curve(curveStepAfter).digits(1)(curves)) }),
    element('path', { class: 'ecb', d: rounded(referenceLine.curve(curveStepAfter).digits(1)(curves)) }),
    element('path', { class: 'eca', d: rounded(armLine.digits(1)(curves)) }),
    ...x.ticks(size.ticks).map((tick) => tickLabel(x(tick), tick, size.width)),
  );
}

function tickLabel(at: number, tick: number, width: number): TrustedMarkup {
  const anchor = tick === 0 ? 'start' : at > width - 18 ? 'end' : 'middle';
  return label('t', [at, 107], integer(tick), anchor);
}

interface CurvePoint {
  readonly tokens: number;
  readonly arm: number;
  readonly reference: number;
}

/** Both curves at every step of either, thinned to about one point per two pixels; hard stops stay vertical. */
function steps(panel: EcdfPanel, domainEnd: number, most: number): CurvePoint[] {
  const values = [...new Set([0, ...panel.arm, ...panel.reference])].filter((value) => value <= domainEnd);
  const sorted = values.toSorted((a, b) => a - b);
  const stride = domainEnd / most;
  const points: CurvePoint[] = [];
  for (const tokens of [...sorted, domainEnd]) {
    const point = { tokens, arm: shareUpTo(panel.arm, tokens), reference: shareUpTo(panel.reference, tokens) };
    const last = points.at(-1);
    const isClose = last !== undefined && tokens !== domainEnd && tokens - last.tokens < stride;
    if (!isClose || point.arm - last.arm > 0.1) points.push(point);
    else points[points.length - 1] = { ...point, tokens: last.tokens };
  }
  return points;
}

function shareUpTo(sorted: readonly number[], tokens: number): number {
  return sorted.length === 0 ? 0 : bisectRight([...sorted], tokens) / sorted.length;
}

function summary(name: string, sorted: readonly number[]): string {
  const at = (share: number): string => integer(quantileSorted([...sorted], share) ?? Number.NaN);
  return `${name}: mean ${integer(mean(sorted) ?? Number.NaN)}, median ${at(0.5)}, 90 % at most ${at(0.9)}`;
}

function rounded(d: string | null): string {
  return d ?? '';
}
