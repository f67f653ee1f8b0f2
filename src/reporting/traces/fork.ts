import type { SampleRecord } from '../../domain/index.js';

/**
 * Index of the first different delivered token, `never` where the ids are equal; null where there was no common path
 * (other prompts) or ids are not at hand. Precondition: both come from one model.
 */
export function forkPosition(sample: SampleRecord, reference: SampleRecord): number | 'never' | null {
  if (sample.divergedFrom === reference.arm && sample.divergedAt !== null) return sample.divergedAt;
  if (sample.prompt !== reference.prompt) return null;
  const ids = [...sample.thinkIds, ...sample.answerIds];
  const others = [...reference.thinkIds, ...reference.answerIds];
  if (ids.length === 0 || others.length === 0) return null;
  const at = ids.findIndex((id, index) => id !== others[index]);
  if (at >= 0) return at;
  return ids.length === others.length ? 'never' : ids.length;
}
