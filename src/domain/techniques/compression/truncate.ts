import { z } from 'zod';
import { ratioFigure } from '../../compression-control.js';
import { defineTechnique } from '../definition.js';
import { tokenSkipFigures } from './published.js';
import { ratioField, scaledCap } from './ratio.js';

const USUAL_SOURCE = 'baseline';

const fields = z.strictObject({
  ratio: ratioField.describe('Share that is kept: of maxTokens (limit) or of the thinking itself (own).'),
  cut: z
    .enum(['limit', 'own'])
    .default('limit')
    .describe(
      'limit = every sample ends at maxTokens × ratio, rounded down, wherever it stands; own = the stored thinking of the same item is cut behind its first tokens, round(ratio × its length) of them, closed by force, and the model answers.',
    ),
  of: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(`For cut: own, the arm whose stored thinking is cut; ${USUAL_SOURCE} where it is left out.`),
});

export const truncateParams = fields.superRefine(({ cut, of }, context) => {
  if (cut === 'own' || of === undefined) return;
  context.addIssue({ code: 'custom', path: ['of'], message: 'is used with cut: own only' });
});

export type TruncateParams = z.output<typeof truncateParams>;

export const TRUNCATE = defineTechnique({
  name: 'truncate',
  kind: 'compression',
  summary:
    'Cuts instead of compressing: the control that a shortened thinking has to beat at the same length. By `limit` every sample ends at a share of maxTokens, answer or not; by `own` each item keeps the first part of its own thinking and the model answers from that.',
  params: truncateParams,
  caption: ({ ratio, cut, of }) =>
    cut === 'limit'
      ? `every sample ends at maxTokens × ${ratioFigure(ratio)}`
      : `the first ${ratioFigure(ratio)} of the thinking of ${of ?? USUAL_SOURCE}`,
  dependsOn: ({ cut, of }) => (cut === 'own' ? { arm: of ?? USUAL_SOURCE, parameter: 'of', uses: 'trace' } : null),
  needsDelimiters: ({ cut }) => cut === 'own',
  maxTokens: ({ cut, ratio }, cap) => (cut === 'limit' ? scaledCap(ratio, cap) : cap),
  expectedThinking: ({ cut, ratio }, baseline) => (cut === 'own' ? baseline * ratio : baseline),
  onlineOnly: 'the arm whose thinking it cuts is named by `of`, with cut: own.',
  source: 'TokenSkip, arXiv 2502.12067 (its baseline Truncation); cut: own is a control that the paper does not have',
  faithfulTo: 'variant',
  differences: [
    'limit: as the paper, no answer is forced; a sample that is cut inside its thinking is censored and counts as wrong. maxTokens holds thinking and answer together, and the product is rounded down.',
    'limit asks for a share of maxTokens, not of what the model writes: where maxTokens is far above that, little is cut. The published rows keep 0.49 of the tokens at 0.5, so their limit lay near the lengths of the model; how it was set is not known to us.',
    'own: the length to keep is known only once the whole thinking is there, so it is no method to be used but the control at the same length. Its ledger holds what the kept part and the answer come to; the whole thinking, which had to be decoded beforehand, is shown apart as its preparation.',
    'own counts the sampled tokens between the delimiters; behind the last one kept, a line break and the closing delimiter are forced, in the middle of a word if need be. A sample of the other arm without thinking stays as it is.',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'delivered', 'total'],
  events: ['forced'],
  publishedFigures: tokenSkipFigures('Truncation'),
});
