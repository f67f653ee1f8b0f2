import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LaconicError } from '../domain/index.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const shippedFile = z.strictObject({ path: z.string().min(1), sha256, count: z.int().min(1) });
const remoteFile = z.strictObject({
  /** Tried in order; each must deliver the same bytes. */
  urls: z.array(z.url()).min(1),
  bytes: z.int().min(1),
  sha256,
  count: z.int().min(1),
});

/** Where the parts of an item stand in the lines of somebody else's format. */
export const fieldMappingSchema = z.strictObject({
  /** Null = numbered in file order. */
  id: z.string().nullable(),
  question: z.string(),
  answer: z.string(),
  /** The answer is what follows the last occurrence of this text. */
  answerAfter: z.string().nullable(),
  level: z.string().nullable(),
  /** `number-or-text`: numbers by value, everything else as text. */
  check: z.enum(['integer', 'number-or-text']),
});

export type FieldMapping = z.output<typeof fieldMappingSchema>;

const described = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  title: z.string().min(1),
  licence: z.string().min(1),
  source: z.string().min(1),
  /** What an answer looks like and how it is checked, in one word. */
  answer: z.enum(['integer', 'integer or clock', 'expression', 'number or text']),
  /** Default text behind the question; null = none. */
  prompt: z.string().nullable(),
  levels: z.array(z.int()).readonly(),
};

const shippedEntry = z.strictObject({ ...described, items: shippedFile, calibration: shippedFile });
const remoteEntry = z.strictObject({
  ...described,
  items: remoteFile,
  calibration: z.null(),
  fields: fieldMappingSchema,
});

const registrySchema = z.strictObject({
  schemaVersion: z.literal(1),
  datasets: z.array(z.union([shippedEntry, remoteEntry])),
});

export type ShippedEntry = z.output<typeof shippedEntry>;
export type RemoteEntry = z.output<typeof remoteEntry>;
export type RegistryEntry = ShippedEntry | RemoteEntry;
export type RemoteFile = z.output<typeof remoteFile>;

export function isRemote(entry: RegistryEntry): entry is RemoteEntry {
  return 'urls' in entry.items;
}

/** The data sets that the product knows, from `<folder>/registry.yaml`. */
export async function readRegistry(folder: string): Promise<readonly RegistryEntry[]> {
  const file = path.join(folder, 'registry.yaml');
  const parsed = registrySchema.safeParse(parse(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data.datasets;
  const [issue] = parsed.error.issues;
  throw new LaconicError('internal', `${file} is damaged at ${issue?.path.map(String).join('.')}: ${issue?.message}.`, {
    hint: 'Restore the file from the release.',
    where: file,
  });
}
