import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { REPLAY_DIFFERENCE, replayDependency, replayField, withReplay } from './replay.js';

/** Any of these in a probe, also as part of a word, means doubt. */
export const DYNASOR_DOUBTS = ['wait', 'hold', 'but', 'okay', 'no', 'hmm'] as const;

/** Written when the thinking is left; `{answer}` becomes the last probe's answer. */
export const DYNASOR_CLOSING = [
  '\n\n...',
  '\n Oh, I have got the answer to the whole problem\n**Final Answer:**\n\\[\n \\boxed{{answer}}\n\\]',
] as const;

export const dynasorParams = z.strictObject({
  window: z
    .int()
    .min(1)
    .max(1000)
    .default(3)
    .describe('Probes in a row that must agree (published efforts: mild 8, low 5, mid 3, high 2, crazy 2).'),
  chunk: z
    .int()
    .min(1)
    .max(100_000)
    .default(64)
    .describe('Sampled thinking tokens from probe to probe (64; 32 for the effort "crazy").'),
  doubts: z
    .array(z.string().min(1).max(64))
    .max(100)
    .default([...DYNASOR_DOUBTS])
    .describe('Words that no agreeing probe may contain, also as part of another word ("no" is in "now").'),
  probe: z
    .enum(['sampled', 'greedy'])
    .default('sampled')
    .describe('sampled = at temperature 0.6 and top-p 0.95, as the code does; greedy = the most likely answer.'),
  probeTokens: z.int().min(1).max(500).default(20).describe('Tokens that a probe may sample.'),
  prompt: z
    .string()
    .min(1)
    .max(2000)
    .default('... Oh, I suddenly got the answer to the whole problem, **Final Answer**\n\n\\[ \\boxed{')
    .describe('Text that asks for the answer; the answer ends at the brace that closes the one it opens.'),
  replay: replayField,
});

export type DynasorParams = z.output<typeof dynasorParams>;

export const DYNASOR = defineTechnique({
  name: 'dynasor',
  kind: 'exit',
  summary:
    'Asks the model for its answer every so many thinking tokens, and gives that answer once a few probes in a row agree without a word of doubt. Probes are discarded but counted; the model writes no answer of its own then.',
  params: dynasorParams,
  caption: ({ window, chunk, replay }) =>
    withReplay(`leaves when ${String(window)} probes agree, one every ${String(chunk)} tokens`, { replay }),
  dependsOn: replayDependency,
  needsDelimiters: () => true,
  expectedThinking: ({ window, chunk }, baseline) => Math.min(baseline, Math.max(window * chunk, baseline * 0.7)),
  source: 'Dynasor-CoT, arXiv 2412.20993, code hao-ai-lab/Dynasor (dynasor/core/cot.py)',
  faithfulTo: 'variant',
  differences: [
    'Answers are equal where their normal forms are (outer blanks, $ and a final full stop, .0 and \\dfrac aside); the code asks math_equal, so that answers in different forms agree there and not here.',
    "The code's window of probes without doubt is kept; entropy.py of the same repository leaves in any case and is not followed.",
    'A probe draws on a random lane of its own; chunks are counted in sampled thinking tokens after the opening delimiter.',
    'Probe tokens are counted (probe).',
    REPLAY_DIFFERENCE,
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'exit', 'forced'],
  publishedFigures: [
    {
      model: 'DeepSeek-R1-Distill models',
      benchmark: 'AIME 2024, AMC 2023, MATH-500',
      figure: '29 % fewer tokens at equal accuracy, up to 81 % on single problems; probes not counted',
      marker: 'abstract',
    },
  ],
});
