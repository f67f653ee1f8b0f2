import type { CompressionCurve, TechniqueKind } from '../../../domain/index.js';
import type { ArmClass } from '../../arm-styles.js';

/** Curves that are drawn as one: of one adapter scorer, whatever its seeds, or of one technique with its settings. */
export interface CurveSeries {
  readonly name: string;
  readonly className: ArmClass;
  readonly kind: TechniqueKind;
  readonly isDashed: boolean;
  readonly isHollow: boolean;
  readonly curves: readonly CompressionCurve[];
}

const SHADES = ['k-compress-3', 'k-compress-1', 'k-compress-2'] as const satisfies readonly ArmClass[];

/** In the order of the curves; what asks by a ratio in the prompt gets a shade of its own, dashed when these run out. */
export function seriesOf(curves: readonly CompressionCurve[]): CurveSeries[] {
  const groups = Map.groupBy(curves, (curve) => seriesName(curve, curves));
  let asked = 0;
  return [...groups].map(([name, group]) => {
    const technique = group[0]?.technique;
    if (technique === 'tokenskip') {
      const place = asked++;
      const className = SHADES[place % SHADES.length] ?? 'k-compress-2';
      return { name, className, kind: 'compression', isDashed: place >= SHADES.length, isHollow: false, curves: group };
    }
    if (technique === 'truncate') {
      const isDashed = group[0]?.params['cut'] === 'limit';
      return { name, className: 'k-none', kind: 'compression', isDashed, isHollow: true, curves: group };
    }
    return { name, className: 'k-prompt-2', kind: 'prompt', isDashed: false, isHollow: false, curves: group };
  });
}

/** What a curve is called beside the others. */
export function seriesName(
  { technique, params, adapter, points, model }: CompressionCurve,
  all: readonly CompressionCurve[],
): string {
  const others = all.some((other) => other.model !== model) ? ` of ${model}` : '';
  switch (technique) {
    case 'tokenskip': {
      const scaled = params['maxTokens'] === 'fixed' ? '' : ', scaled maxTokens';
      const who = adapter ? `adapter ${adapter.scorer ?? adapter.name}` : `control ${String(params['control'])}`;
      return `${who}${scaled}${others}`;
    }
    case 'truncate':
      return params['cut'] === 'own' ? `own first part${others}` : `cut by maxTokens${others}`;
    default:
      return points.length === 1 ? (points[0]?.arm ?? technique) : `${technique}${others}`;
  }
}
