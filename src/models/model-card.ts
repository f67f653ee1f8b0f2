import { z } from 'zod';
import { contentHash, LaconicError, type ModelCard } from '../domain/index.js';
import { CHAT_FORMAT_NAMES } from './chat-formats.js';

export const ALIAS_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const delimiter = z.string().min(1).max(100);

export const thinkDelimitersSchema = z
  .strictObject({
    open: delimiter,
    close: delimiter,
    afterClose: z.string().max(100),
    openedByPrompt: z.boolean(),
  })
  .refine((think) => think.open !== think.close, 'open and close must differ');

export const modelCardSchema = z.strictObject({
  alias: z.string().regex(ALIAS_PATTERN, 'letters, digits, ".", "_" and "-", at most 64, the first a letter or digit'),
  file: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits'),
  description: z.string(),
  licence: z.string(),
  chatFormat: z.enum(CHAT_FORMAT_NAMES),
  think: thinkDelimitersSchema.nullable(),
  stopStrings: z.array(z.string().min(1)),
  contextTokens: z.int().min(1),
});

/** Throws `model-invalid` naming the file and every key that is wrong. */
export function parseModelCard(value: unknown, file: string): ModelCard {
  const parsed = modelCardSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `${issue.path.map(String).join('.') || 'card'}: ${issue.message}`,
  );
  throw new LaconicError('model-invalid', `The model card ${file} is not usable: ${problems.join('; ')}.`, {
    hint: 'Correct the named keys; see engine/models/reference/card.json for an example.',
    where: file,
  });
}

/** What decides a sample's tokens beside the file: two cards of equal hash make the same prompts, delimiters and stops. */
export function usageHash({ chatFormat, think, stopStrings }: ModelCard): string {
  return contentHash({ chatFormat, think, stopStrings });
}
