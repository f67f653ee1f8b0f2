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
  throw new LaconicError(
    'evaluation-items-refused',
    `Item ${refused.id} of ${refused.dataset} is an evaluation item; nothing may be fitted on items that results are quoted on.`,
    { hint: 'Load the data set with split: calibration.', where: `${refused.dataset}/${refused.id}` },
  );
}

export function itemSetSha256(items: readonly Item[]): string {
  return sha256Hex(items.map((item) => item.contentHash).join('\n'));
}
