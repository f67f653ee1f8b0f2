import { z } from 'zod';
import { defineTechnique } from './definition.js';

const SIGNALS = ['confidence', 'entropy'] as const;

export type ThinkSignal = (typeof SIGNALS)[number];

/** What a signal is compared with, and what is read behind the finished thinking, unless the parameters say otherwise. */
const USUAL: Readonly<Record<ThinkSignal, { readonly threshold: number; readonly prompt: string }>> = {
  confidence: { threshold: 0.9, prompt: '\\boxed' },
  entropy: { threshold: 0.5, prompt: '\\boxed{' },
};

export const adaptiveThinkParams = z.strictObject({
  signal: z
    .enum(SIGNALS)
    .default('confidence')
    .describe(
      'What is looked at behind finished thinking: confidence = mean probability of the answer that a probe writes there, from its second token on; entropy = of the first token that would follow (nats).',
    ),
  threshold: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'It thinks where the confidence is at most this (default 0.9), or the entropy more than this (default 0.5). Confidence: 0 = hardly ever, 1 = always.',
    ),
  prompt: z
    .string()
    .max(2000)
    .optional()
    .describe('Text of the probe behind the finished thinking. Default: \\boxed for confidence, \\boxed{ for entropy.'),
  probeTokens: z.int().min(2).max(500).default(20).describe('Tokens that a probe may sample; entropy needs none.'),
  prefill: z
    .string()
    .max(2000)
    .optional()
    .describe('Finished thinking, without delimiters, as of nothinking. Default: empty thinking.'),
});

export type AdaptiveThinkParams = z.output<typeof adaptiveThinkParams>;

export function thinkThreshold({ signal, threshold }: AdaptiveThinkParams): number {
  return threshold ?? USUAL[signal].threshold;
}

export function thinkProbe({ signal, prompt }: AdaptiveThinkParams): string {
  return prompt ?? USUAL[signal].prompt;
}

export const ADAPTIVE_THINK = defineTechnique({
  name: 'adaptive-think',
  kind: 'none',
  summary:
    'Decides item by item whether to think: a probe looks at what the model would answer without thinking, and only where it is unsure does the model think. Otherwise it answers at once, as with nothinking; the probe is discarded but counted.',
  params: adaptiveThinkParams,
  caption: (params) =>
    params.signal === 'confidence'
      ? `thinks at confidence ${String(thinkThreshold(params))} or less`
      : `thinks above entropy ${String(thinkThreshold(params))}`,
  needsDelimiters: () => true,
  expectedThinking: (_params, baseline) => baseline * 0.5,
  longerWay: 'thinks',
  source: 'AdaCoT, arXiv 2505.11896 (the idea: think only where it is needed)',
  faithfulTo: 'variant',
  differences: [
    'AdaCoT trains the model (PPO) to decide by itself; here nothing is trained, a threshold on a signal of the untouched model decides.',
    'The signals are ours: the mean probability that DEER takes of a trial answer, and the entropy that EAT takes behind the closing delimiter, both before any thinking.',
    'The threshold is not calibrated: take it from the frontier of a run on calibration items, then confirm it live.',
    'Probe tokens are counted (probe).',
  ],
  ledgerColumns: ['think', 'answer', 'injected', 'probe', 'delivered', 'total'],
  events: ['probe', 'route', 'forced'],
  publishedFigures: [
    {
      model: 'a model trained with AdaCoT',
      benchmark: 'production traffic',
      figure: 'thinks on 3.18 % of requests, 69.06 % fewer response tokens',
      marker: 'abstract',
    },
  ],
});
