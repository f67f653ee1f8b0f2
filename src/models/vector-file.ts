import { z } from 'zod';
import { LaconicError, type SteeringVector } from '../domain/index.js';

export const VECTOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const count = z.int().min(1);

const vectorSchema = z.strictObject({
  schemaVersion: z.literal(1),
  technique: z.literal('overclock'),
  model: z.strictObject({ alias: z.string().min(1), sha256 }),
  states: z.literal('final-norm'),
  direction: z
    .array(z.number())
    .min(1)
    .max(65_536)
    .refine((values) => values.some((value) => value !== 0), 'must not be zero'),
  intercept: z.number(),
  stateLength: z.number().positive(),
  fit: z.strictObject({
    ridge: z.number().min(0),
    items: count,
    itemSetSha256: sha256,
    samples: count,
    tokens: count,
    folds: z.int().min(2),
    seed: z.int().min(0),
    r2: z.number().max(1),
    heldOutR2: z.number().max(1),
  }),
});

/** Throws `model-invalid` naming the file and every key that is wrong. */
export function parseVector(value: unknown, file: string): SteeringVector {
  const parsed = vectorSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'vector'}: ${issue.message}`,
  );
  throw new LaconicError('model-invalid', `The vector file ${file} is not usable: ${problems.join('; ')}.`, {
    hint: 'Fit it again with `laconic fit overclock`.',
    where: file,
  });
}
