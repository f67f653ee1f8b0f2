import { LaconicError } from '../errors.js';
import { sha256Hex } from '../ids.js';
import { NOWAIT_KEYWORDS, nowaitParams } from './nowait.js';

/**
 * Words that substring matching must not ban, compared with the letters of a whole token. "Ohio" is the paper's own example; its
 * full list is not published, so every other collateral hit ("know", "many", "John") stays banned and shows in the number of ids.
 */
export const SUBSTRING_EXEMPTIONS: ReadonlySet<string> = new Set([
  'ohio',
  'butane',
  'button',
  'butterfly',
  'checkout',
  'checksum',
]);

export interface Suppression {
  /** Ascending, each once. */
  readonly ids: readonly number[];
  /** Keywords that no single token spells: bans on single tokens cannot stop them ("double-check", "hmm" as h + mm). */
  readonly unsuppressed: readonly string[];
}

/** What the run records about a nowait arm. */
export interface SuppressionProvenance {
  readonly vocabulary: string;
  readonly ids: number;
  readonly sha256: string;
  /** Taken off the logits of the ids; absent where they are banned. */
  readonly penalty?: number;
  /** How certain the model has to be for that; absent where it holds everywhere. */
  readonly confidence?: number;
  readonly window?: number;
}

/**
 * The token ids that a nowait arm bans.
 * @param vocabulary text of every vocabulary entry, index = token id; control tokens must be empty strings, so they are never banned.
 * @param params parameters of a nowait arm, already validated with its suite.
 */
export function bannedIds(vocabulary: readonly string[], params: Readonly<Record<string, unknown>>): Suppression {
  const options = nowaitParams.parse(params);
  const keywords = [...new Set((options.keywords ?? NOWAIT_KEYWORDS).map((keyword) => keyword.toLowerCase()))];
  switch (options.vocabulary) {
    case 'paper-substring':
      return bySubstring(vocabulary, keywords);
    case 'whole-word':
      return byWholeWord(vocabulary, keywords);
    case 'ids':
      return explicitIds(vocabulary, options.ids ?? []);
  }
}

/** The hash is over the ascending ids joined by commas. */
export function suppressionProvenance(
  vocabulary: string,
  ids: readonly number[],
  strength: Pick<SuppressionProvenance, 'penalty' | 'confidence' | 'window'> = {},
): SuppressionProvenance {
  const sorted = [...new Set(ids)].toSorted((a, b) => a - b);
  return { vocabulary, ids: sorted.length, sha256: sha256Hex(sorted.join(',')), ...strength };
}

/** arXiv 2506.08343, section 3: { v | some keyword is a substring of v }; the variants it names make it case-insensitive. */
function bySubstring(vocabulary: readonly string[], keywords: readonly string[]): Suppression {
  const ids: number[] = [];
  const matched = new Set<string>();
  for (const [id, text] of vocabulary.entries()) {
    const lower = text.toLowerCase();
    const hits = keywords.filter((keyword) => lower.includes(keyword));
    if (hits.length === 0 || SUBSTRING_EXEMPTIONS.has(lettersOf(text))) continue;
    ids.push(id);
    for (const hit of hits) matched.add(hit);
  }
  return { ids, unsuppressed: keywords.filter((keyword) => !matched.has(keyword)) };
}

function byWholeWord(vocabulary: readonly string[], keywords: readonly string[]): Suppression {
  const byLetters = new Map(keywords.map((keyword) => [lettersOf(keyword), keyword]));
  byLetters.delete('');
  const ids: number[] = [];
  const matched = new Set<string>();
  for (const [id, text] of vocabulary.entries()) {
    const keyword = byLetters.get(lettersOf(text));
    if (keyword === undefined) continue;
    ids.push(id);
    matched.add(keyword);
  }
  return { ids, unsuppressed: keywords.filter((keyword) => !matched.has(keyword)) };
}

function explicitIds(vocabulary: readonly string[], ids: readonly number[]): Suppression {
  const outside = ids.find((id) => id < 0 || id >= vocabulary.length);
  if (outside !== undefined) {
    throw new LaconicError('technique-refused', `nowait: token id ${outside} is not in the model's vocabulary`, {
      hint: `Use ids from 0 to ${vocabulary.length - 1}; ids belong to one tokenizer and change with the model.`,
      where: 'params.ids',
    });
  }
  return { ids: [...new Set(ids)].toSorted((a, b) => a - b), unsuppressed: [] };
}

function lettersOf(text: string): string {
  return text.replaceAll(/\P{L}/gu, '').toLowerCase();
}
