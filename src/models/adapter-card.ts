import { z } from 'zod';
import { LaconicError, RATIO_CONTROLS } from '../domain/index.js';

export const ADAPTER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const count = z.int().min(1);

const compression = z.strictObject({
  scorer: z.string().nullable(),
  seed: z.int().min(0).nullable(),
  ratios: z.array(z.number().min(0).max(1)).readonly(),
  control: z.enum(RATIO_CONTROLS).nullable(),
  examples: z.int().min(0).nullable(),
  baseSha256: sha256.nullable(),
  datasetSha256: sha256.nullable(),
});

/** A card that ships may say more, such as how the adapter was trained. */
const adapterCardSchema = z.looseObject({
  schemaVersion: z.literal(1),
  sha256,
  base: z.strictObject({ alias: z.string().min(1), sha256 }),
  description: z.string(),
  licence: z.string(),
  arch: z.string().min(1),
  rank: count,
  alpha: z.number().positive(),
  weights: count,
  parameters: count,
  compression: compression.nullable(),
});

/** Data beside an adapter's file: which file it is, what it fits, and what it says about itself. */
export type AdapterCard = z.output<typeof adapterCardSchema>;

/** Throws `model-invalid` naming the file and every key that is wrong. */
export function parseAdapterCard(value: unknown, file: string): AdapterCard {
  const parsed = adapterCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'card'}: ${issue.message}`,
  );
  throw new LaconicError('model-invalid', `The adapter card ${file} is not usable: ${problems.join('; ')}.`, {
    hint: 'Register the adapter again with `laconic adapters add`.',
    where: file,
  });
}
