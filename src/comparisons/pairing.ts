import type { Item } from '../domain/index.js';
import { type ArmColumns, type Pairs } from '../results/index.js';
import type { ItemList, ItemName, Pairing } from './comparison-document.js';
import type { RunItems } from './item-identity.js';

/** Items that a list names; counts are whole. */
const MOST_NAMED = 1000;

export interface PairedSide {
  readonly columns: ArmColumns;
  readonly items: RunItems;
}

/** What was paired and what not, over every item of both runs. Precondition: the item table is keyed by identity. */
export function pairingOf(pairs: Pairs, arm: PairedSide, against: PairedSide): Pairing {
  const { items } = arm.columns;
  const [own, others] = [itemsWithSamples(arm.columns), itemsWithSamples(against.columns)];
  const every = new Map([...against.items.byIdentity, ...arm.items.byIdentity]);
  const unpaired = [...pairs.unpaired].map((index) => items.at(index).id);
  const sampled = new Set([...own, ...others]);
  const list = (identities: readonly string[]): ItemList => itemList(identities, every);
  const common = pairs.repeats.reduce((sum, repeats) => sum + repeats, 0);
  const paired = new Set(pairs.items);
  return {
    pairs: pairs.count,
    onlyArm: list(unpaired.filter((identity) => !others.has(identity))),
    onlyAgainst: list(unpaired.filter((identity) => !own.has(identity))),
    neither: list([...every.keys()].filter((identity) => !sampled.has(identity))),
    unpairedSamples: {
      arm: samplesOf(arm.columns, paired) - common,
      against: samplesOf(against.columns, paired) - common,
    },
  };
}

/** Common items that are checked or asked in another way on the two sides. */
export function changedItems(pairs: Pairs, arm: PairedSide, against: PairedSide): { check: number; prompt: number } {
  const changed = { check: 0, prompt: 0 };
  for (const index of pairs.items) {
    const identity = arm.columns.items.at(index).id;
    const [own, other] = [arm.items.byIdentity.get(identity), against.items.byIdentity.get(identity)];
    if (JSON.stringify(own?.check) !== JSON.stringify(other?.check)) changed.check += 1;
    if (own?.prompt !== other?.prompt) changed.prompt += 1;
  }
  return changed;
}

function itemsWithSamples(columns: ArmColumns): Set<string> {
  return new Set(Array.from(new Set(columns.column('item')), (index) => columns.items.at(index).id));
}

function samplesOf(columns: ArmColumns, paired: ReadonlySet<number>): number {
  return columns.column('item').reduce((count, item) => count + Number(paired.has(item)), 0);
}

function itemList(identities: readonly string[], items: ReadonlyMap<string, Item>): ItemList {
  const named = identities.slice(0, MOST_NAMED).flatMap((identity): ItemName[] => {
    const item = items.get(identity);
    return item ? [{ dataset: item.dataset, item: item.id }] : [];
  });
  return { count: identities.length, items: named };
}
