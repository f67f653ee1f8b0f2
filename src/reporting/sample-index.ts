import type { ArmResult, RunResult, SampleRecord } from '../domain/index.js';

/** Samples of one item under one arm, by repeat. */
export interface ItemSamples {
  readonly dataset: string;
  readonly item: string;
  readonly level: number | null;
  readonly cluster: string | null;
  readonly repeats: readonly SampleRecord[];
}

/** The run's samples by arm and item; items keep the order of first appearance per data set. */
export class SampleIndex {
  readonly #arms = new Map<string, Map<string, ItemSamples>>();
  readonly #counts = new Map<string, number>();

  constructor(samples: readonly SampleRecord[]) {
    const sorted = samples.toSorted(
      (a, b) => compare(a.dataset, b.dataset) || compare(a.item, b.item) || a.repeat - b.repeat,
    );
    for (const [arm, ofArm] of Map.groupBy(sorted, (sample) => sample.arm)) {
      const items = Map.groupBy(ofArm, itemKey);
      this.#arms.set(arm, new Map([...items].flatMap(([key, repeats]) => itemEntry(key, repeats))));
      this.#counts.set(arm, ofArm.length);
    }
  }

  items(arm: string): readonly ItemSamples[] {
    return [...(this.#arms.get(arm)?.values() ?? [])];
  }

  item(arm: string, key: string): ItemSamples | null {
    return this.#arms.get(arm)?.get(key) ?? null;
  }

  count(arm: string): number {
    return this.#counts.get(arm) ?? 0;
  }

  /** Whether every sample that the arm's aggregate counts is here; only then may figures be made from samples. */
  isComplete(arm: ArmResult): boolean {
    return this.count(arm.name) === arm.overall.samples;
  }

  isWholeRun(result: RunResult): boolean {
    return result.arms.every((arm) => this.isComplete(arm));
  }
}

function itemEntry(key: string, repeats: readonly SampleRecord[]): [string, ItemSamples][] {
  const first = repeats[0];
  if (first === undefined) return [];
  const { dataset, item, level, cluster } = first;
  return [[key, { dataset, item, level, cluster, repeats }]];
}

export function itemKey(sample: { readonly dataset: string; readonly item: string }): string {
  return JSON.stringify([sample.dataset, sample.item]);
}

/** By code unit, with runs of digits as numbers: `item-9` before `item-10`, the same on every machine. */
export function compare(a: string, b: string): number {
  const left = a.split(/(\d+)/);
  const right = b.split(/(\d+)/);
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const difference = index % 2 === 1 ? Number(part) - Number(other) : 0;
    return difference !== 0 ? difference : part < other ? -1 : 1;
  }
  return left.length - right.length;
}
