import type { PlanItem } from './order.js';

/**
 * Item numbers in groups of `size`, each of one data set, in the order in which the groups fill up; what is left of a
 * data set comes last, in a smaller group. Size 1 keeps the order as it is.
 */
export function groupItems(order: readonly number[], items: readonly PlanItem[], size: number): number[][] {
  if (size === 1) return order.map((itemNo) => [itemNo]);
  const open = new Map<string, number[]>();
  const groups: number[][] = [];
  for (const itemNo of order) {
    const dataset = items[itemNo]?.dataset ?? '';
    const group = [...(open.get(dataset) ?? []), itemNo];
    open.set(dataset, group.length === size ? [] : group);
    if (group.length === size) groups.push(group);
  }
  return [...groups, ...[...open.values()].filter((group) => group.length > 0)];
}

/** The groups that `itemNos` was joined from: neighbours of one data set, `size` of them or what is left. */
export function groupsOf(itemNos: readonly number[], datasetOf: (itemNo: number) => string, size: number): number[][] {
  const groups: number[][] = [];
  for (const itemNo of itemNos) {
    const last = groups.at(-1);
    const fits = last !== undefined && last.length < size && datasetOf(last[0] ?? -1) === datasetOf(itemNo);
    if (fits) last.push(itemNo);
    else groups.push([itemNo]);
  }
  return groups;
}
