export interface CostAndGain {
  /** Less is better, e.g. mean total tokens. */
  readonly cost: number;
  /** More is better, e.g. accuracy. */
  readonly gain: number;
}

/** True when `a` is at least as good as `b` in both respects and better in one. */
export function dominates(a: CostAndGain, b: CostAndGain): boolean {
  return a.cost <= b.cost && a.gain >= b.gain && (a.cost < b.cost || a.gain > b.gain);
}

/** For each point, whether no other one dominates it (Pareto 1906); equal points stand or fall together. */
export function paretoMembership(points: readonly CostAndGain[]): boolean[] {
  return points.map((point) => !points.some((other) => dominates(other, point)));
}
