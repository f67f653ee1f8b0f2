import { z } from 'zod';
import { LaconicError, suiteInputSchema } from '../domain/index.js';

export const runIdSchema = z.string().regex(/^[0-9a-f]{12}$/, 'a run id has 12 hexadecimal digits');

export const createRunSchema = z.strictObject({
  // Checked by `parseSuiteInput`, whose errors name the nearest word; the schema here is for the description.
  suite: z.unknown().meta(z.toJSONSchema(suiteInputSchema, { io: 'input', target: 'openapi-3.0' })),
  limit: z.int().min(1).optional().describe('At most so many items of each data set.'),
});

export type CreateRunBody = z.output<typeof createRunSchema>;

export const listRunsSchema = z.strictObject({
  status: z.enum(['queued', 'running', 'completed', 'partial', 'failed', 'cancelled']).optional(),
  suite: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: runIdSchema.optional().describe('Id of the last run of the page before.'),
});

export type ListRunsQuery = z.output<typeof listRunsSchema>;

/** An index holds the key, so its length has an end. Throws `usage`. */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || /^[\x20-\x7e]{1,255}$/.test(header)) return header;
  throw new LaconicError('usage', 'The Idempotency-Key is not 1 to 255 printable ASCII characters.', {
    hint: 'Send a UUID, for example.',
    where: 'Idempotency-Key',
  });
}

/** 0 for a first connection or an id that is no number. */
export function lastEventId(header: string | undefined): number {
  return header !== undefined && /^\d{1,15}$/.test(header) ? Number(header) : 0;
}
