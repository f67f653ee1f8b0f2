/** How well thinking is shortened by a ratio: curves of asked against actual length, and of accuracy. */
export interface TokenSkipResult {
  /** A family of arms that differ in the ratio alone, in the order of the suite. */
  readonly curves: readonly CompressionCurve[];
  /** Arms that no unmodified arm of the same model, prompt, sampling and limit stands beside: they have no actual ratio. */
  readonly unmatched: readonly string[];
  /** Every scorer that judges importance against every one that does not, at equal length. */
  readonly scorers: readonly ScorerComparison[];
}

export interface CompressionCurve {
  readonly technique: string;
  /** What the arms share beside the ratio. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly model: string;
  /** What the model was changed by; null where it is used as it is. */
  readonly adapter: CurveAdapter | null;
  /** The unmodified arm: lengths are shares of its mean. */
  readonly against: string;
  /** What lengths count: thinking tokens, or delivered ones where the unmodified arm marks no thinking. */
  readonly counted: 'think' | 'delivered';
  /** Descending by ratio. */
  readonly points: readonly CompressionPoint[];
  /** Mean of the points' errors; null where no ratio is asked for. */
  readonly adherenceError: number | null;
  /** Null where the ratio is followed as far down as it was asked for, or with fewer than two ratios. */
  readonly collapse: RatioCollapse | null;
}

export interface CurveAdapter {
  readonly name: string;
  readonly scale: number;
  /** How the chains that it was trained on were compressed; null where its file does not say. */
  readonly scorer: string | null;
  readonly seed: number | null;
}

export interface CompressionPoint {
  readonly arm: string;
  /** Null where the technique takes none. */
  readonly ratio: number | null;
  /** Items that both this arm and the unmodified one have. */
  readonly items: number;
  readonly accuracy: number;
  readonly accuracyInterval: readonly [number, number];
  /** Mean of what is counted. */
  readonly tokens: number;
  /** Ratio of means over the same items, with its 95 % bootstrap interval. */
  readonly actRatio: number;
  readonly actRatioInterval: readonly [number, number];
  /** |actRatio − ratio|. */
  readonly adherenceError: number | null;
  /** Samples that maxTokens ended inside the thinking; what it cuts looks like compression. */
  readonly censoredShare: number;
  /** Samples that maxTokens ended anywhere. */
  readonly cutShare: number;
  readonly byLevel: Readonly<Record<string, CompressionLevel>>;
}

export interface CompressionLevel {
  readonly items: number;
  readonly accuracy: number;
  readonly accuracyInterval: readonly [number, number];
  readonly tokens: number;
  readonly actRatio: number;
}

/** Where, going down, ratios are not followed any more. */
export interface RatioCollapse {
  /** The ratio below which it collapses; null where the largest one already misses. */
  readonly below: number | null;
  /** The first ratio that misses. */
  readonly at: number;
  /** off-target: more than 0.15 from its ratio; no-shorter: neither it nor any smaller one is shorter than `below`, beyond the paired interval. */
  readonly why: 'off-target' | 'no-shorter';
}

/** Scorers that judge no token; what importance is worth shows only against them, at the same ratio. */
export const CONTROL_SCORERS = ['random', 'keep-numbers', 'truncate'] as const;

export type ControlScorer = (typeof CONTROL_SCORERS)[number];

export function isControlScorer(name: string): name is ControlScorer {
  return CONTROL_SCORERS.some((control) => control === name);
}

/** Does training on chains that were compressed by importance beat training on others, at equal length? */
export interface ScorerComparison {
  readonly scorer: string;
  /** One of those that judge no token. */
  readonly control: string;
  readonly model: string;
  readonly against: string;
  /** Training seeds of either scorer; their curves are averaged. */
  readonly seeds: readonly [scorer: number, control: number];
  readonly items: number;
  /** Lengths inside the range of all curves. */
  readonly targets: readonly LengthTarget[];
  readonly verdict: LengthVerdict;
  readonly sentence: string;
}

export type LengthVerdict = 'beats' | 'worse' | 'not-decisive';

export interface LengthTarget {
  /** Share of the unmodified arm's mean length. */
  readonly actRatio: number;
  readonly tokens: number;
  /** Difference in expected accuracy, paired by item. */
  readonly difference: number;
  readonly interval: readonly [number, number];
  readonly p: number;
  /** After Holm's correction over the targets. */
  readonly holmP: number;
  /** Differences of the seeds that both have, and their standard deviation; null with fewer than two. */
  readonly bySeed: readonly number[];
  readonly seedSpread: number | null;
}
