import type { SampleRecord } from '../../domain/index.js';

/** Index of the first different delivered token, `never` where the ids are equal; null where ids are not at hand. */
export function forkPosition(sample: SampleRecord, reference: SampleRecord): number | 'never' | null {
  if (sample.divergedFrom === reference.arm && sample.divergedAt !== null) return sample.divergedAt;
  const [ids, others] = [sample, reference].map((one) => [...one.thinkIds, ...one.answerIds]) as [number[], number[]];
  if (ids.length === 0 || others.length === 0) return null;
  const at = ids.findIndex((id, index) => id !== others[index]);
  if (at >= 0) return at;
  return ids.length === others.length ? 'never' : ids.length;
}
