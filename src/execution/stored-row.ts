import type { SampleRecord } from '../domain/index.js';

/** A sample as its table holds it: ids have columns of their own. */
export interface StoredRow {
  record: SampleRecord;
  think_ids: number[];
  answer_ids: number[];
}

export function recordOf({ record, think_ids: thinkIds, answer_ids: answerIds }: StoredRow): SampleRecord {
  return { ...record, thinkIds, answerIds };
}
