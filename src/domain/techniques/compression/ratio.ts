import { z } from 'zod';

/** γ of TokenSkip: the share that is kept, not the share that goes. */
export const ratioField = z.number().min(0.1).max(1);

/** At least one token, so that a sample can be made at all. */
export function scaledCap(ratio: number, maxTokens: number): number {
  return Math.max(1, Math.floor(ratio * maxTokens));
}
