import { z } from 'zod';

/** Null where the number does not exist, e.g. the mean of no samples. */
export const figure = z.number().nullable();
export const interval = z.tuple([figure, figure]);
export const count = z.int().nonnegative();
export const share = z.number().min(0).max(1).nullable();
