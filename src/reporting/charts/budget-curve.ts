import { line as lineShape } from 'd3-shape';
import type { BudgetCurve } from '../../domain/index.js';
import { accuracyEstimate, integer, percentFigure } from '../format.js';
import { element, NOTHING, type TrustedMarkup } from '../markup.js';
import { accuracyAxes, curveSizes, MARGIN, type CurveSize } from './accuracy-axes.js';
import { concat, figure, group, label, line, path } from './figure.js';
import { mark } from './marks.js';
import { linearScale, roundDomain } from './scale.js';

export interface BudgetCurveDrawing {
  readonly id: string;
  readonly curve: BudgetCurve;
  /** Accuracy without a budget, null where it is not known. */
  readonly reference: { readonly name: string; readonly accuracy: number } | null;
}

const SIZES = curveSizes(240);

/** Accuracy over the budget, linear from 0 on; intervals as bars, the area under the line shaded. */
export function budgetCurveChart(drawing: BudgetCurveDrawing): TrustedMarkup {
  return concat(...SIZES.map((size) => draw(drawing, size)));
}

function draw({ id, curve, reference }: BudgetCurveDrawing, size: CurveSize): TrustedMarkup {
  const bottom = size.height - MARGIN.below;
  const right = size.width - MARGIN.right;
  const x = linearScale([0, roundDomain([0, curve.area.to], size.ticks)[1]], [MARGIN.left, right]);
  const y = linearScale([0, 1], [bottom, MARGIN.top]);
  const places = curve.points.map((point) => [x(point.budget), y(point.accuracy)] as [number, number]);
  const drawn = lineShape().digits(1)(places) ?? '';
  const [first, last] = [places[0], places.at(-1)];
  return figure(
    {
      id: `${id}-${size.variant}`,
      width: size.width,
      height: size.height,
      title: 'Accuracy at a thinking budget',
      description: description(curve),
      className: `k-budget-2 only-${size.variant}`,
    },
    accuracyAxes({ x, y }, size, 'budget, sampled thinking tokens'),
    first && last
      ? element('path', {
          class: 'ecf',
          d: `${drawn}L${last[0].toFixed(1)} ${bottom}L${first[0].toFixed(1)} ${bottom}Z`,
        })
      : NOTHING,
    reference === null ? NOTHING : referenceLine(reference, y(reference.accuracy), right),
    path('eca', drawn),
    ...curve.points.map(({ budget, accuracyInterval: [low, high] }, index) =>
      group(
        '',
        path('ci', `M${x(budget).toFixed(1)} ${y(low).toFixed(1)}V${y(high).toFixed(1)}`),
        mark('budget', { x: places[index]?.[0] ?? 0, y: places[index]?.[1] ?? 0, radius: 4.2 }),
      ),
    ),
  );
}

function referenceLine(
  { name, accuracy }: { name: string; accuracy: number },
  y: number,
  right: number,
): TrustedMarkup {
  const text = `${name} ${percentFigure(accuracy)}`;
  return concat(line('ref', [MARGIN.left, y], [right, y]), label('t halo', [MARGIN.left + 6, y - 6], text));
}

function description(curve: BudgetCurve): string {
  const points = curve.points.map(({ budget, accuracy, accuracyInterval }) => {
    const { value, interval } = accuracyEstimate(accuracy, accuracyInterval);
    return `${integer(budget)} tokens: ${value} (${interval})`;
  });
  return `Accuracy in percent with 95 % interval by budget. ${points.join('; ')}`;
}
