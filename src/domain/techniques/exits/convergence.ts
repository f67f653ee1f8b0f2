import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { REPLAY_DIFFERENCE, replayDependency, replayField, withReplay } from './replay.js';

export const convergenceParams = z.strictObject({
  k: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .describe('Probes in a row that must give the same string (10 in the paper, 3 in its code, 20 to 30 advised).'),
  probeTokens: z.int().min(1).max(500).default(100).describe('Tokens that a probe may sample.'),
  prompt: z
    .string()
    .min(1)
    .max(2000)
    .default('\n\nThe final answer is \\boxed{')
    .describe('Text behind the closing delimiter that asks for the answer, with an opening brace at its end.'),
  replay: replayField,
});

export type ConvergenceParams = z.output<typeof convergenceParams>;

export const CONVERGENCE = defineTechnique({
  name: 'convergence',
  kind: 'exit',
  summary:
    'Closes the thinking for a moment after every sentence and asks for the answer; ends it for good once k answers in a row are the same string. Probes are discarded but counted, and they cost more than they save where sentences are short.',
  params: convergenceParams,
  caption: ({ k, replay }) => withReplay(`leaves at ${String(k)} equal answers`, { replay }),
  dependsOn: replayDependency,
  needsDelimiters: () => true,
  expectedThinking: (_params, baseline) => baseline * 0.8,
  source: 'Answer Consistency of arXiv 2506.02536',
  faithfulTo: 'variant',
  differences: [
    'Sentences end with . ! or ? before white space; the authors use NLTK, which also knows abbreviations.',
    "The answer is what the box holds, up to its closing brace; a probe without one never counts. The probe's exact text is second-hand; `prompt` takes another.",
    "The code's presence penalty of 1.0 in probes is left out.",
    "The paper's other two rules (a stronger closing token, a learned stop) are not part of it.",
    'Probe tokens are counted (probe).',
    REPLAY_DIFFERENCE,
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'exit', 'forced'],
  publishedFigures: [
    published('GSM8K', 'accuracy 89.4 % → 91.0 %, 18.3 % fewer tokens'),
    published('MATH-500', 'accuracy 91.0 % → 55.0 %'),
    published('AIME 2024', 'accuracy 73.3 % → 13.3 %'),
  ],
});

function published(benchmark: string, figure: string) {
  return { model: 'DeepSeek-R1-Distill-Qwen-32B', benchmark, figure, marker: 'note' } as const;
}
