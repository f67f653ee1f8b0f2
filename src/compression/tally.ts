/** What came of one asked ratio. Figures that need the chain before are NaN (null in JSON) where it is not at hand. */
export interface RatioTally {
  readonly asked: number;
  readonly chains: number;
  /** Tokens before, and kept. */
  readonly tokens: number;
  readonly kept: number;
  /** Mean, least and largest share kept of a chain. */
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** Chains whose kept share differs from the asked one by so many points, rounded. */
export interface DifferenceCount {
  readonly points: number;
  readonly chains: number;
}

/** Asked against kept, chain by chain, in memory that does not grow with the chains. */
export class RatioTallies {
  private readonly byRatio = new Map<number, RatioTally>();
  private readonly byPoints = new Map<number, number>();

  /** `tokens`: of the chain before, above 0; NaN where it is not at hand. */
  add(asked: number, kept: number, tokens: number): void {
    const share = kept / tokens;
    const points = Math.round((share - asked) * 100);
    if (!Number.isNaN(points)) this.byPoints.set(points || 0, (this.byPoints.get(points || 0) ?? 0) + 1);
    const before = this.byRatio.get(asked) ?? { asked, chains: 0, tokens: 0, kept: 0, mean: 0, least: 1, most: 0 };
    this.byRatio.set(asked, {
      asked,
      chains: before.chains + 1,
      tokens: before.tokens + tokens,
      kept: before.kept + kept,
      mean: before.mean + (share - before.mean) / (before.chains + 1),
      least: Math.min(before.least, share),
      most: Math.max(before.most, share),
    });
  }

  /** By asked ratio, ascending. */
  get ratios(): readonly RatioTally[] {
    return [...this.byRatio.values()].toSorted((a, b) => a.asked - b.asked);
  }

  /** By points, ascending. */
  get differences(): readonly DifferenceCount[] {
    return [...this.byPoints].map(([points, chains]) => ({ points, chains })).toSorted((a, b) => a.points - b.points);
  }

  get examples(): number {
    return this.ratios.reduce((sum, { chains }) => sum + chains, 0);
  }
}
