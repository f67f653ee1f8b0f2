import { LaconicError, type SampleRecord } from '../domain/index.js';

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

/** Checked form of a query. Throws `usage`. */
export interface PageRequest {
  readonly matches: (sample: SampleRecord) => boolean;
  readonly limit: number;
  readonly after: SampleKey | null;
}

export type SampleKey = readonly [arm: string, dataset: string, item: string, repeat: number];

export function pageRequest(query: SampleQuery): PageRequest {
  const limit = query.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new LaconicError('usage', `limit ${limit} is not between 1 and ${MOST}.`, {
      hint: `Ask for 1 to ${MOST} samples and follow \`next\` for more.`,
      where: 'limit',
    });
  }
  const { arm, dataset, correct } = query;
  return {
    limit,
    after: query.after === undefined ? null : decodeCursor(query.after),
    matches: (sample) =>
      (arm === undefined || sample.arm === arm) &&
      (dataset === undefined || sample.dataset === dataset) &&
      (correct === undefined || sample.correct === correct),
  };
}

/**
 * Takes the page off a sorted stream and stops reading there. The cursor names the last sample of the page before;
 * it is found by equality, so that the page does not depend on how the database collates names.
 */
export async function takePage(samples: AsyncIterable<SampleRecord>, request: PageRequest): Promise<SamplePage> {
  const taken: SampleRecord[] = [];
  let begun = request.after === null;
  for await (const sample of samples) {
    if (!begun) {
      begun = sameKey(keyOf(sample), request.after);
      continue;
    }
    if (!request.matches(sample)) continue;
    const last = taken.at(-1);
    if (taken.length === request.limit && last) return { samples: taken, next: encodeCursor(keyOf(last)) };
    taken.push(sample);
  }
  if (!begun) throw unknownCursor();
  return { samples: taken, next: null };
}

export function keyOf(sample: SampleRecord): SampleKey {
  return [sample.arm, sample.dataset, sample.item, sample.repeat];
}

function sameKey(key: SampleKey, other: SampleKey | null): boolean {
  return other !== null && key.every((part, index) => part === other[index]);
}

function encodeCursor(key: SampleKey): string {
  return Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');
}

function decodeCursor(cursor: string): SampleKey {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (isKey(key)) return key;
  } catch {
    // Not ours; said below.
  }
  throw unknownCursor();
}

function isKey(key: unknown): key is SampleKey {
  if (!Array.isArray(key) || key.length !== 4) return false;
  return key.slice(0, 3).every((part) => typeof part === 'string') && typeof key[3] === 'number';
}

function unknownCursor(): LaconicError {
  return new LaconicError('usage', 'The cursor in `after` does not belong to this run.', {
    hint: 'Take `next` from the page before, or leave `after` out to start from the beginning.',
    where: 'after',
  });
}
