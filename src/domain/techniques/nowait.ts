import { z } from 'zod';
import type { PublishedFigure } from '../technique.js';
import { defineTechnique } from './definition.js';

export const SUPPRESSION_VOCABULARIES = ['paper-substring', 'whole-word', 'ids'] as const;

export type SuppressionVocabulary = (typeof SUPPRESSION_VOCABULARIES)[number];

/** The 17 keywords printed in arXiv 2506.08343, section 3 (its text speaks of 15). */
export const NOWAIT_KEYWORDS = [
  'wait',
  'alternatively',
  'hmm',
  'but',
  'however',
  'alternative',
  'another',
  'check',
  'double-check',
  'oh',
  'maybe',
  'verify',
  'other',
  'again',
  'now',
  'ah',
  'any',
] as const;

const fields = z.strictObject({
  vocabulary: z
    .enum(SUPPRESSION_VOCABULARIES)
    .default('whole-word')
    .describe(
      'How keywords become banned token ids: whole-word = the letters of a token equal a keyword; paper-substring = a token contains a keyword anywhere (also bans "know", "many"); ids = the list in `ids`.',
    ),
  scope: z
    .enum(['thinking', 'all'])
    .default('thinking')
    .describe('Where ids are banned: only inside the thinking, or in the answer too (as the paper does).'),
  keywords: z
    .array(z.string().min(1).max(64))
    .min(1)
    .max(1000)
    .optional()
    .describe("Replaces the paper's 17 keywords; only with vocabulary paper-substring or whole-word."),
  ids: z
    .array(z.int().min(0).max(10_000_000))
    .min(1)
    .max(100_000)
    .optional()
    .describe('Token ids to ban; only with vocabulary ids.'),
  penalty: z
    .number()
    .min(0.1)
    .max(100)
    .optional()
    .describe(
      'Taken off the logits of the ids in place of a ban, so that a word is written where the model likes it better by more than that. Default: none; the ids cannot be written at all.',
    ),
  confidence: z
    .number()
    .min(0.01)
    .max(1)
    .optional()
    .describe(
      'Words are held down only where the model was at least this certain of its latest tokens: the mean probability of its likeliest token over `window` of them. Default: everywhere.',
    ),
  window: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe('Latest tokens of the scope over which the certainty is averaged; only with confidence. Default: 32.'),
});

export const nowaitParams = fields.superRefine((params, context) => {
  if (params.vocabulary === 'ids' && params.ids === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['ids'],
      message: 'is missing; vocabulary ids needs the list of token ids',
    });
  }
  if (params.vocabulary !== 'ids' && params.ids !== undefined) {
    context.addIssue({ code: 'custom', path: ['ids'], message: 'is only used with vocabulary ids' });
  }
  if (params.vocabulary === 'ids' && params.keywords !== undefined) {
    context.addIssue({ code: 'custom', path: ['keywords'], message: 'is not used with vocabulary ids' });
  }
  if (params.window !== undefined && params.confidence === undefined) {
    context.addIssue({ code: 'custom', path: ['window'], message: 'is only used with confidence' });
  }
});

export type NowaitParams = z.output<typeof nowaitParams>;

const USUAL_WINDOW = 32;

/** When the words are held down; undefined: everywhere in the scope. */
export function nowaitCondition({
  confidence,
  window,
}: Pick<NowaitParams, 'confidence' | 'window'>): { readonly confidence: number; readonly window: number } | undefined {
  return confidence === undefined ? undefined : { confidence, window: window ?? USUAL_WINDOW };
}

/** Middle of the published savings (arXiv 2506.08343: 13 % to 51 %). */
const USUAL_SHARE_LEFT = 0.7;

export const NOWAIT = defineTechnique({
  name: 'nowait',
  kind: 'suppression',
  summary:
    'Never lets the model write the words that open a reflection ("Wait", "Alternatively", "Hmm", …). Their token ids get probability zero at every step, or a penalty off their logits.',
  params: nowaitParams,
  caption: ({ penalty, confidence }) => {
    const words = penalty === undefined ? 'suppresses reflection words' : `holds reflection words down by ${penalty}`;
    return confidence === undefined ? words : `${words} where certain to ${confidence}`;
  },
  needsDelimiters: ({ scope }) => scope !== 'all',
  expectedThinking: (_params, baseline) => baseline * USUAL_SHARE_LEFT,
  source: 'NoWait, arXiv 2506.08343v2 (no official code)',
  faithfulTo: 'variant',
  differences: [
    'The paper removes unreasonable tokens by hand and does not publish that list; paper-substring exempts six named words (ohio, butane, button, butterfly, checkout, checksum) and nothing else.',
    'The default vocabulary is whole-word, because substring matching also bans words such as "know", "many" and "John".',
    'The default scope is the thinking alone; the paper suppresses in the answer as well (scope all).',
    'Banned ids get exactly probability zero (−∞); the paper says "a large negative value", which `penalty` can stand for.',
    'A small `penalty` is the idea of TIP (arXiv 2501.18585), which takes one off the tokens that switch thoughts for a bounded number of steps after a thought starts; here it holds in the whole scope.',
    '`confidence` takes the idea of CGRS (arXiv 2508.05337), to suppress only while the model is confident. CGRS reads the confidence off a probed answer; here it is the mean probability of the likeliest token over the latest tokens, which costs no token.',
    'A keyword that the tokenizer has no token for cannot be banned by token ids; such keywords are listed with the run.',
  ],
  ledgerColumns: ['think', 'answer', 'delivered', 'total'],
  events: ['suppressed'],
  publishedFigures: [
    published('QwQ-32B', 'AMC 2023', '91.25 % / 7,542 tokens → 95.50 % / 5,267 tokens'),
    published('QwQ-32B', 'AIME 2024', '73.33 % / 14,142 tokens → 71.33 % / 11,907 tokens'),
    published('QwQ-32B', 'AIME 2025', '66.67 % / 15,240 tokens → 68.00 % / 10,548 tokens'),
    published('Qwen3-32B', 'AIME 2024', '81.33 % / 12,720 tokens → 83.33 % / 10,732 tokens'),
    published('Qwen3-8B (distilled)', 'AIME 2025', '74.61 % / 16,094 tokens → 60.00 % / 13,674 tokens'),
    published('DeepSeek-R1-Distill-Qwen-7B', 'AIME 2025', '40.00 % / 13,767 tokens → 31.33 % / 8,236 tokens'),
  ],
});

function published(model: string, benchmark: string, figure: string): PublishedFigure {
  return {
    model,
    benchmark,
    figure: `accuracy / mean length: ${figure} (5 runs, no intervals given)`,
    marker: 'paper',
  };
}
