import { type Item, sha256Hex } from '../domain/index.js';

/** The items of a run by what they ask: equal identities are the same problem, whatever their ids. */
export interface RunItems {
  readonly byIdentity: ReadonlyMap<string, Item>;
  /** Throws where the run has no such item. */
  identityOf(dataset: string, item: string): string;
}

/**
 * Identity of an item over runs: sha256 of data set, question and reference answer. A problem that occurs several times
 * in a data set has one identity per occurrence, in the order of the items.
 */
export function identifyItems(items: readonly Item[]): RunItems {
  const byIdentity = new Map<string, Item>();
  const byName = new Map<string, string>();
  for (const item of items) {
    const content = sha256Hex(JSON.stringify([item.dataset, item.question, item.answer]));
    let identity = content;
    for (let occurrence = 2; byIdentity.has(identity); occurrence += 1) identity = `${content}-${occurrence}`;
    byIdentity.set(identity, item);
    byName.set(nameKey(item.dataset, item.id), identity);
  }
  return {
    byIdentity,
    identityOf: (dataset, item) => {
      const identity = byName.get(nameKey(dataset, item));
      if (identity === undefined) throw new RangeError(`item ${item} of ${dataset} is not among the items of its run`);
      return identity;
    },
  };
}

function nameKey(dataset: string, item: string): string {
  return JSON.stringify([dataset, item]);
}
