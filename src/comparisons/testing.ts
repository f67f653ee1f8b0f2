import { inMemoryReaders, type MemoryRun, simulatedSamples, someStoredRun } from '../results/testing.js';
import type { ComparisonDocument } from './comparison-document.js';
import { ComparisonsService } from './comparisons.service.js';
import type { ComparisonRequest } from './sides.js';

/** Compares runs that are in memory, all items listed; nothing of the product imports this. */
export async function comparedRuns(
  request: ComparisonRequest,
  ...runs: readonly MemoryRun[]
): Promise<ComparisonDocument> {
  const { runs: reader, samples } = inMemoryReaders(...runs);
  return new ComparisonsService(reader, samples, samples).compare(request, { allItems: true });
}

/** A simulated run under an id of its own; runs of other seeds have other samples of the same items. */
export function simulatedRun(id: string, seed = 1): MemoryRun {
  const stored = someStoredRun();
  return { stored: { ...stored, view: { ...stored.view, id } }, samples: simulatedSamples({ seed, accuracy: 0.8 }) };
}
