import type {
  ArmResult,
  CompressionCurve,
  CompressionPoint,
  CurveAdapter,
  ScorerComparison,
  TechniqueKind,
} from '../../domain/index.js';
import type { ReportInput } from '../report-input.js';
import { syntheticRun } from './synthetic-run.js';

interface Shape {
  readonly name: string;
  readonly technique: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly adapter?: CurveAdapter;
  readonly ratios: readonly (number | null)[];
  /** Actual ratio of an asked one. */
  readonly actual: (ratio: number) => number;
  readonly accuracy: (actual: number) => number;
  readonly cut?: number;
}

const TRAINED = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];
const NATIVE = { control: 'reference', maxTokens: 'fixed' };

const SHAPES: readonly Shape[] = [
  {
    name: 'native',
    technique: 'tokenskip',
    params: NATIVE,
    ratios: TRAINED,
    actual: (g) => 0.12 + 0.88 * g,
    accuracy: (a) => 0.6 + 0.3 * a,
  },
  {
    name: 'own',
    technique: 'truncate',
    params: { cut: 'own' },
    ratios: [0.9, 0.7, 0.5, 0.3],
    actual: (g) => g + 0.02,
    accuracy: (a) => a * a * 0.9,
  },
  {
    name: 'limit',
    technique: 'truncate',
    params: { cut: 'limit' },
    ratios: [0.7, 0.5, 0.3],
    actual: (g) => 0.5 + 0.6 * g,
    accuracy: (a) => a * 0.88,
    cut: 0.24,
  },
  { name: 'be-concise', technique: 'be-concise', ratios: [null], actual: () => 0.56, accuracy: () => 0.84 },
  { name: 'lc', technique: 'lc-prompt', ratios: [0.9, 0.5], actual: (g) => 0.9 + 0.1 * g, accuracy: () => 0.88 },
];

/** Adapters of three scorers, three seeds each. */
const TRAINED_SHAPES: readonly Shape[] = ['self-information', 'random', 'keep-numbers'].flatMap((scorer, place) =>
  [1, 2, 3].map((seed) => ({
    name: `${scorer}-${String(seed)}`,
    technique: 'tokenskip',
    params: NATIVE,
    adapter: { name: `skip-${scorer}`, scale: 1, scorer, seed },
    ratios: [0.9, 0.7, 0.5],
    actual: (g: number) => 0.1 + g * (0.86 + seed / 50),
    accuracy: (a: number) => 0.5 + 0.4 * a - place * 0.05 + seed / 100,
  })),
);

/** A run of 100 items whose arms are shortened by ratios; with adapters, compared by their scorers. */
export function syntheticTokenSkip({ adapters = false }: { readonly adapters?: boolean } = {}): ReportInput {
  const input = syntheticRun({ items: 8 });
  const shapes = adapters ? [...SHAPES, ...TRAINED_SHAPES] : SHAPES;
  const curves = shapes.map(curveOf);
  const baseline = input.result.arms.find(({ name }) => name === 'baseline');
  const arms = curves.flatMap((curve) =>
    curve.points.map((point): ArmResult => ({
      ...(baseline as ArmResult),
      name: point.arm,
      technique: curve.technique,
    })),
  );
  const kinds = Object.fromEntries(
    arms.map(({ name, technique }): [string, TechniqueKind] => [
      name,
      technique.startsWith('t') ? 'compression' : 'prompt',
    ]),
  );
  const scorers = adapters ? ['random', 'keep-numbers'].map(comparison) : [];
  return {
    ...input,
    kinds: { ...input.kinds, ...kinds },
    result: {
      ...input.result,
      arms: [...input.result.arms, ...arms],
      tokenSkip: { curves, unmatched: ['native-other-prompt'], scorers },
    },
  };
}

function curveOf({ name, technique, params = {}, adapter, ratios, ...shape }: Shape): CompressionCurve {
  const points = ratios.map((ratio) => pointOf(ratios.length === 1 ? name : `${name}-${String(ratio)}`, ratio, shape));
  const errors = points.flatMap(({ adherenceError }) => adherenceError ?? []);
  return {
    technique,
    params,
    model: 'reference',
    adapter: adapter ?? null,
    against: 'baseline',
    counted: 'think',
    points,
    adherenceError: errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length,
    collapse: technique === 'lc-prompt' ? { below: 0.9, at: 0.5, why: 'off-target' } : null,
  };
}

function pointOf(
  arm: string,
  ratio: number | null,
  { actual, accuracy, cut = 0.01 }: Pick<Shape, 'actual' | 'accuracy' | 'cut'>,
): CompressionPoint {
  const actRatio = actual(ratio ?? 1);
  const right = accuracy(actRatio);
  const level = (place: number) => ({
    items: 50,
    accuracy: Math.min(1, right + 0.2 - place / 10),
    accuracyInterval: [right - 0.1, right + 0.1] as const,
    tokens: 200 * actRatio,
    actRatio: actRatio + place / 50,
  });
  return {
    arm,
    ratio,
    items: 100,
    accuracy: right,
    accuracyInterval: [right - 0.06, Math.min(1, right + 0.05)],
    tokens: 240 * actRatio,
    actRatio,
    actRatioInterval: [actRatio - 0.04, actRatio + 0.05],
    adherenceError: ratio === null ? null : Math.abs(actRatio - ratio),
    censoredShare: cut / 2,
    cutShare: cut,
    byLevel: Object.fromEntries([1, 2, 3, 4, 5].map((place) => [String(place), level(place)])),
  };
}

function comparison(control: string): ScorerComparison {
  const beats = control === 'keep-numbers';
  const difference = beats ? 0.081 : 0.012;
  const targets = [0.5, 0.6, 0.7, 0.8].map((actRatio) => ({
    actRatio,
    tokens: 240 * actRatio,
    difference,
    interval: [difference - 0.04, difference + 0.04] as const,
    p: beats ? 0.001 : 0.4,
    holmP: beats ? 0.004 : 1,
    bySeed: [difference - 0.01, difference, difference + 0.01],
    seedSpread: 0.01,
  }));
  return {
    scorer: 'self-information',
    control,
    model: 'reference',
    against: 'baseline',
    seeds: [3, 3],
    items: 100,
    targets,
    verdict: beats ? 'beats' : 'not-decisive',
    sentence: beats
      ? `self-information beats ${control} at equal length: +8.1 pts (+4.1 to +12.1) at 0.5 of baseline’s length.`
      : `Whether self-information beats ${control} at equal length is not decisive.`,
  };
}
