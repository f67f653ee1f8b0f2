import { integer, percentFigure } from '../format.js';
import type { TrustedMarkup } from '../markup.js';
import { concat, label, line } from './figure.js';
import type { Scale } from './scale.js';

/** A drawing of accuracy over tokens, for wide pages or narrow ones. */
export interface CurveSize {
  readonly variant: 'wide' | 'narrow';
  readonly width: number;
  readonly height: number;
  /** Along the axis of tokens. */
  readonly ticks: number;
}

/** From this height on there is room for another line of the grid. */
const TALL = 300;

/** Room beside the drawn area. */
export const MARGIN = { left: 36, top: 26, right: 8, below: 40 } as const;

/** Both sizes of a drawing that is `height` high on wide pages. */
export function curveSizes(height: number): readonly CurveSize[] {
  return [
    { variant: 'wide', width: 560, height, ticks: 6 },
    { variant: 'narrow', width: 358, height: height - 20, ticks: 4 },
  ];
}

/** What is written at the axes. */
export interface AxisWords {
  readonly x: string;
  readonly y: string;
  readonly xFigure: (value: number) => string;
  readonly yFigure: (value: number) => string;
}

export interface Axes {
  readonly x: Scale;
  readonly y: Scale;
}

/** Of an axis of accuracy. */
export const ACCURACY_WORDS: Pick<AxisWords, 'y' | 'yFigure'> = {
  y: 'accuracy, %',
  yFigure: (accuracy) => percentFigure(accuracy, 0),
};

/** Grid and figures of accuracy over tokens. */
export function accuracyAxes(axes: Axes, size: CurveSize, tokens: string): TrustedMarkup {
  return curveAxes(axes, size, { ...ACCURACY_WORDS, x: tokens, xFigure: integer });
}

/** Grid and figures of both axes. */
export function curveAxes({ x, y }: Axes, size: CurveSize, words: AxisWords): TrustedMarkup {
  const [right, bottom] = [size.width - MARGIN.right, size.height - MARGIN.below];
  return concat(
    label('t', [0, 12], words.y),
    ...y
      .ticks(size.height >= TALL ? 6 : 5)
      .map((tick) =>
        concat(
          line('grid', [MARGIN.left, y(tick)], [right, y(tick)]),
          label('t', [MARGIN.left - 8, y(tick) + 4], words.yFigure(tick), 'end'),
        ),
      ),
    line('axis', [MARGIN.left, bottom], [right, bottom]),
    ...x
      .ticks(size.ticks)
      .map((tick) => label('t', [x(tick), bottom + 16], words.xFigure(tick), x(tick) > right - 16 ? 'end' : 'middle')),
    label('t', [right, size.height - 6], words.x, 'end'),
  );
}
