import { isStorable, LaconicError, type SampleRecord } from '../domain/index.js';
import type { SamplePages, SamplePlace, SamplesWanted } from '../execution/index.js';

/** Which samples of a run are asked for; everything left out matches. */
export interface SampleQuery {
  readonly arm?: string | undefined;
  readonly dataset?: string | undefined;
  readonly correct?: boolean | undefined;
  /** 1 … 1,000. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

export interface SamplePage {
  readonly samples: readonly SampleRecord[];
  /** Cursor of the next page; null on the last. */
  readonly next: string | null;
}

const DEFAULT_LIMIT = 50;
const MOST = 1000;

/** The query in the form that the store is asked in. Throws `usage`. */
export function samplesWanted({ arm, dataset, correct, limit = DEFAULT_LIMIT, after }: SampleQuery): SamplesWanted {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new LaconicError('usage', `limit ${limit} is not between 1 and ${MOST}.`, {
      hint: `Ask for 1 to ${MOST} samples and follow \`next\` for more.`,
      where: 'limit',
    });
  }
  return { arm, dataset, correct, limit, after: after === undefined ? null : decodeCursor(after) };
}

/**
 * One page of samples. One more than asked is read, to know whether it is the last. The cursor names the last sample of
 * the page before. Throws `usage` where the run has no such sample.
 */
export async function takePage(pages: SamplePages, runId: string, wanted: SamplesWanted): Promise<SamplePage> {
  if (wanted.after && (await pages.at(runId, [wanted.after])).length === 0) throw unknownCursor();
  const found = await pages.page(runId, { ...wanted, limit: wanted.limit + 1 });
  const samples = found.slice(0, wanted.limit);
  const last = samples.at(-1);
  return { samples, next: found.length > samples.length && last ? encodeCursor(last) : null };
}

function encodeCursor({ arm, dataset, item, repeat }: SamplePlace): string {
  return Buffer.from(JSON.stringify([arm, dataset, item, repeat]), 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): SamplePlace {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (isKey(key)) return { arm: key[0], dataset: key[1], item: key[2], repeat: key[3] };
  } catch {
    // Not ours; said below.
  }
  throw unknownCursor();
}

type SampleKey = readonly [arm: string, dataset: string, item: string, repeat: number];

function isKey(key: unknown): key is SampleKey {
  if (!Array.isArray(key) || key.length !== 4) return false;
  const [repeat, ...names]: unknown[] = key.toReversed();
  const isNumber = Number.isInteger(repeat) && (repeat as number) >= 0 && (repeat as number) < 2 ** 31;
  return isNumber && names.every((name) => typeof name === 'string' && isStorable(name));
}

function unknownCursor(): LaconicError {
  return new LaconicError('usage', 'The cursor in `after` does not belong to this run.', {
    hint: 'Take `next` from the page before, or leave `after` out to start from the beginning.',
    where: 'after',
  });
}
