import { z } from 'zod';
import { type ComparisonRequest, parseSide } from './sides.js';

const side = z.string().min(1).max(256);

/** At most so many runs are read for one answer. */
const MOST_SIDES = 16;

export const comparisonQuerySchema = z.strictObject({
  a: side.describe('The run that the others are compared with, or one of its arms: <run> or <run>:<arm>.'),
  b: z
    .union([side, z.array(side).max(MOST_SIDES)])
    .optional()
    .describe('What is compared with it, several times for several; left out: the other arms of the run.'),
  items: z
    .enum(['differences', 'all'])
    .default('differences')
    .describe('Which items are listed: those in which the two sides differ, or all.'),
});

export type ComparisonQuery = z.output<typeof comparisonQuerySchema>;

/** Throws `usage`. */
export function requestOf({ a, b = [] }: Pick<ComparisonQuery, 'a' | 'b'>): ComparisonRequest {
  return { against: parseSide(a), sides: (typeof b === 'string' ? [b] : b).map(parseSide) };
}
