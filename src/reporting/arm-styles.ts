import { mean } from 'd3-array';
import type { ArmResult, TechniqueKind } from '../domain/index.js';

/** How an arm looks: hue and shape say the kind, strength says how much it thinks. */
export interface ArmStyle {
  /** Class of report.css that sets `--c`. */
  readonly className: ArmClass;
  readonly kind: TechniqueKind;
  /** Surplus arms are drawn in grey and named in tables only. */
  readonly labelled: boolean;
}

export type Step = 1 | 2 | 3;
export type ArmClass =
  | 'k-base'
  | 'k-suppress'
  | `k-budget-${Step}`
  | 'k-exit'
  | `k-compress-${Step}`
  | `k-prompt-${Step}`
  | 'k-steer'
  | 'k-vote'
  | 'k-none'
  | 'k-other';

/** Tell-apart limit of the palette: three arms of one kind, ten arms in one chart. */
const ARMS_PER_KIND = 3;
const ARMS_PER_CHART = 10;

export function armStyles(
  arms: readonly ArmResult[],
  kinds: Readonly<Record<string, TechniqueKind>>,
): ReadonlyMap<string, ArmStyle> {
  const styles = new Map<string, ArmStyle>();
  for (const kind of [
    'baseline',
    'suppression',
    'budget',
    'exit',
    'compression',
    'steering',
    'prompt',
    'voting',
    'none',
  ] as const) {
    const ofKind = arms
      .filter((arm) => (kinds[arm.name] ?? 'none') === kind)
      .toSorted((a, b) => a.overall.tokens.think.mean - b.overall.tokens.think.mean);
    const shown = spread(ofKind);
    for (const arm of ofKind) {
      const place = shown.indexOf(arm);
      const labelled = place >= 0 && styles.size < ARMS_PER_CHART;
      styles.set(arm.name, {
        kind,
        labelled,
        className: labelled ? classOf(kind, stepOf(place, shown.length)) : 'k-other',
      });
    }
  }
  return styles;
}

/** The arms that think least, most, and nearest to the middle of both: the ends of a sweep must stay visible. */
function spread(sorted: readonly ArmResult[]): readonly ArmResult[] {
  const first = sorted[0];
  const last = sorted.at(-1);
  if (sorted.length <= ARMS_PER_KIND || first === undefined || last === undefined) return sorted;
  const middle = mean([thinks(first), thinks(last)]) ?? 0;
  const between = sorted
    .slice(1, -1)
    .toSorted((a, b) => Math.abs(thinks(a) - middle) - Math.abs(thinks(b) - middle))
    .slice(0, ARMS_PER_KIND - 2);
  return [first, ...between, last];
}

function thinks(arm: ArmResult): number {
  return arm.overall.tokens.think.mean;
}

/** The step nearest to ink (3) thinks most; a single arm takes the middle. */
function stepOf(place: number, count: number): Step {
  if (count === 1) return 2;
  if (place === 0) return 1;
  return place === count - 1 ? 3 : 2;
}

/** Class of a technique that stands for its kind alone. */
export function kindClass(kind: TechniqueKind): ArmClass {
  return classOf(kind, 2);
}

function classOf(kind: TechniqueKind, step: Step): ArmClass {
  switch (kind) {
    case 'baseline':
      return 'k-base';
    case 'suppression':
      return 'k-suppress';
    case 'budget':
      return `k-budget-${step}`;
    case 'exit':
      return 'k-exit';
    case 'compression':
      return `k-compress-${step}`;
    case 'steering':
      return 'k-steer';
    case 'prompt':
      return `k-prompt-${step}`;
    case 'voting':
      return 'k-vote';
    case 'none':
      return 'k-none';
  }
}
