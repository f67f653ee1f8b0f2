import { z } from 'zod';
import { defineTechnique } from '../definition.js';
import { REPLAY_DIFFERENCE, replayDependency, replayField, withReplay } from './replay.js';

const MEASURES = ['probability', 'entropy'] as const;

const USUAL_THRESHOLD: Readonly<Record<(typeof MEASURES)[number], number>> = { probability: 0.95, entropy: 0.1 };

export const confidenceParams = z.strictObject({
  measure: z
    .enum(MEASURES)
    .default('probability')
    .describe(
      "Of the probe's tokens from the second on: probability = their mean probability; entropy = mean entropy of what they were sampled from (nats).",
    ),
  threshold: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'The thinking ends where the probability is above this (default 0.95), or the entropy below it (default 0.1).',
    ),
  chunk: z.int().min(1).max(100_000).default(64).describe('Sampled thinking tokens from probe to probe.'),
  probeTokens: z.int().min(2).max(500).default(20).describe('Tokens that a probe may sample.'),
  prompt: z.string().min(1).max(2000).default('\n**Final Answer**\n\\boxed').describe('Text that asks for the answer.'),
  replay: replayField,
});

export type ConfidenceParams = z.output<typeof confidenceParams>;

export function sureEnough({ measure, threshold }: ConfidenceParams): number {
  return threshold ?? USUAL_THRESHOLD[measure];
}

function ruleWords(params: ConfidenceParams): string {
  const rule = params.measure === 'probability' ? 'leaves above' : 'leaves below entropy';
  return `${rule} ${String(sureEnough(params))}, a probe every ${String(params.chunk)} tokens`;
}

export const CONFIDENCE = defineTechnique({
  name: 'confidence',
  kind: 'exit',
  summary:
    'Asks the model for its answer every so many thinking tokens, and ends the thinking at the first answer that it is sure of. Probes are discarded but counted.',
  params: confidenceParams,
  caption: (params) => withReplay(ruleWords(params), params),
  dependsOn: replayDependency,
  needsDelimiters: () => true,
  expectedThinking: ({ chunk }, baseline) => Math.min(baseline, Math.max(chunk, baseline * 0.7)),
  source: 'Certainty-Guided Reasoning, arXiv 2509.07820 (measure: probability); HALT-CoT (measure: entropy)',
  faithfulTo: 'variant',
  differences: [
    'Made from descriptions of the two methods, not from their code: the interval, the probe and the thresholds are ours (chunks as Dynasor, probe and mean as DEER).',
    'HALT-CoT looks at the entropy over the candidate answers after each reasoning step; here it is the mean entropy over the tokens of one written answer, at a fixed interval.',
    'Certainty-Guided Reasoning also makes the model think on while it is unsure (it withholds the end of the thinking); here the model may end its thinking by itself at any time.',
    'A probe is greedy; confidences are probabilities at temperature 1 before any filter. An answer of a single token has none and never ends the thinking.',
    'Probe tokens are counted (probe).',
    REPLAY_DIFFERENCE,
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'exit', 'forced'],
  publishedFigures: [],
});
