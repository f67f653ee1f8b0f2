import type { SampleRecord } from '../domain/index.js';

/** What is known of an item apart from its samples. */
export interface ItemEntry {
  readonly dataset: string;
  readonly id: string;
  readonly level: number | null;
  /** Index of the item's cluster, unique over data sets; null where it has none. */
  readonly cluster: number | null;
}

/** Numbers the items of a run (or of several) in the order of their first sample. */
export class ItemTable {
  private readonly entries: ItemEntry[] = [];
  private readonly indices = new Map<string, number>();
  private readonly clusters = new Map<string, number>();
  /** Samples come sorted, so the repeats of an item follow each other. */
  private lastKey = '';
  private lastIndex = -1;

  get size(): number {
    return this.entries.length;
  }

  at(index: number): ItemEntry {
    const entry = this.entries[index];
    if (!entry) throw new RangeError(`item ${index} of ${this.entries.length}`);
    return entry;
  }

  /** Of these items; one without a cluster is one of its own. Null where no cluster holds two of them. */
  clustersOf(items: readonly number[]): number[] | null {
    const clusters = items.map((item) => this.at(item).cluster ?? -1 - item);
    return new Set(clusters).size === items.length ? null : clusters;
  }

  indexOf(sample: Pick<SampleRecord, 'dataset' | 'item' | 'level' | 'cluster'>): number {
    const key = `${sample.dataset}\u0000${sample.item}`;
    if (key === this.lastKey) return this.lastIndex;
    let index = this.indices.get(key);
    if (index === undefined) {
      index = this.entries.length;
      this.indices.set(key, index);
      const { dataset, item, level } = sample;
      this.entries.push({ dataset, id: item, level, cluster: this.clusterOf(dataset, sample.cluster) });
    }
    this.lastKey = key;
    this.lastIndex = index;
    return index;
  }

  private clusterOf(dataset: string, cluster: string | null): number | null {
    if (cluster === null) return null;
    const key = `${dataset}\u0000${cluster}`;
    const index = this.clusters.get(key) ?? this.clusters.size;
    this.clusters.set(key, index);
    return index;
  }
}
