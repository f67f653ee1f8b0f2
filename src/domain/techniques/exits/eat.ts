import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { REPLAY_DIFFERENCE, replayDependency, replayField, withReplay } from './replay.js';

export const eatParams = z.strictObject({
  alpha: z.number().min(0.001).max(1).default(0.2).describe('Weight of the newest entropy in the moving averages.'),
  delta: z
    .number()
    .min(0)
    .max(100)
    .default(0.0001)
    .describe('The thinking ends where the moving variance of the entropy (nats squared) is below this.'),
  minProbes: z
    .int()
    .min(0)
    .max(10_000)
    .default(25)
    .describe('Probes after the first one before the rule holds (25 in the code; about 4 / alpha).'),
  delimiter: z
    .string()
    .min(1)
    .max(64)
    .default('\n\n')
    .describe('The model is looked at wherever its thinking completes this text.'),
  prompt: z
    .string()
    .max(2000)
    .default('\nFinal answer: ')
    .describe('Text behind the closing delimiter, before the token whose entropy is taken.'),
  replay: replayField,
});

export type EatParams = z.output<typeof eatParams>;

export const EAT = defineTechnique({
  name: 'eat',
  kind: 'exit',
  summary:
    'Looks after every paragraph at how unsure the model would be of the first token of its answer, and ends the thinking once this entropy no longer changes. A probe samples nothing; the text it reads is counted.',
  params: eatParams,
  caption: ({ delta, alpha, replay }) =>
    withReplay(`leaves below variance ${String(delta)} (alpha ${String(alpha)})`, { replay }),
  dependsOn: replayDependency,
  needsDelimiters: () => true,
  expectedThinking: (_params, baseline) => baseline * 0.8,
  source: 'EAT, arXiv 2509.26522, code xidulu/EAT (early_stopping_utils.py)',
  faithfulTo: 'variant',
  differences: [
    'The repository applies its rule afterwards, to recorded entropies; here it is applied while the model thinks.',
    'A probe is read as a text of its own, not re-tokenized together with the thinking before it.',
    'Probe tokens are counted (probe).',
    REPLAY_DIFFERENCE,
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'exit', 'forced'],
  publishedFigures: [
    {
      model: 'DeepSeek-R1-0528-Qwen3-8B and others',
      benchmark: 'MATH-500, AIME 2025',
      figure: '12 % to 22 % fewer tokens without loss; probes not counted',
      marker: 'abstract',
    },
  ],
});
