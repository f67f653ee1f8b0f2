import { LaconicError, sha256Hex, type Item } from '../domain/index.js';

const calibrationItems = new WeakSet<Item>();

/** Called by the loader alone, for items that it read from a calibration split. */
export function markAsCalibration(items: readonly Item[]): void {
  for (const item of items) calibrationItems.add(item);
}

/**
 * Every step that fits or tunes something (thresholds, probes, compression) calls this first and records what it returns: the sha256 over
 * the content hashes of the items, in order. Throws `evaluation-items-refused` unless all of them were loaded as calibration items;
 * copies do not count, so an item cannot lose its origin on the way.
 */
export function requireCalibrationItems(items: readonly Item[]): string {
  if (items.length === 0) {
    throw new LaconicError('evaluation-items-refused', 'There are no items to fit on.', {
      hint: 'Load calibration items (split: calibration).',
    });
  }
  const refused = items.find((item) => !calibrationItems.has(item));
  if (!refused) return itemSetSha256(items);
  throw evaluationItemRefused(refused);
}

/** For an item that is known not to have been loaded as a calibration item. */
export function evaluationItemRefused({ dataset, id }: Pick<Item, 'dataset' | 'id'>): LaconicError {
  return new LaconicError(
    'evaluation-items-refused',
    `Item ${id} of ${dataset} is an evaluation item; nothing may be fitted on items that results are quoted on.`,
    { hint: 'Load the data set with split: calibration.', where: `${dataset}/${id}` },
  );
}

export function itemSetSha256(items: readonly Item[]): string {
  return sha256Hex(items.map((item) => item.contentHash).join('\n'));
}
