import { z } from 'zod';
import { TOKEN_COLUMNS } from '../domain/index.js';
import { count, figure, interval, share } from './schema-figures.js';
import { tokenSkipSchema } from './token-skip/schema.js';

/* The contract of result.json, schemaVersion 1, as a check on its JSON form. Unknown fields pass: fields may be added. */

const counts = z.record(z.string(), count);

const tokenSummary = z.looseObject({ mean: figure, p50: figure, p90: figure, p99: figure });

const aggregate = z.looseObject({
  items: count,
  samples: count,
  accuracy: share,
  accuracyInterval: z.tuple([share, share]),
  accuracyIntervalMethod: z.enum(['wilson', 't']),
  tokens: z.record(z.enum(TOKEN_COLUMNS), tokenSummary),
  censoredShare: share,
  noAnswerShare: share,
  thinkStops: counts,
  stopReasons: counts,
});

const estimate = z.looseObject({ value: figure, interval, items: count, samples: count });

const thinking = z.looseObject({
  rules: count,
  samples: count,
  positionedShare: share,
  everCorrect: estimate,
  tokensToFirstCorrect: estimate,
  tokensAfterFirstCorrect: estimate,
  outcomeEfficiency: estimate,
  processEfficiency: estimate,
  solutions: estimate,
  underthinking: estimate,
  keywordReflections: estimate,
  rederivations: estimate,
  answerConvergence: estimate,
  repetition: estimate,
  loops: estimate,
});

const budgetCurve = z.looseObject({
  model: z.string(),
  closing: z.string().nullable(),
  items: count,
  points: z.array(
    z.looseObject({
      arm: z.string().min(1),
      budget: count,
      accuracy: share,
      accuracyInterval: interval,
      thinkTokens: figure,
      deliveredTokens: figure,
    }),
  ),
  area: z.looseObject({ value: figure, interval, from: count, to: count }),
  control: z.looseObject({ budgets: share, samples: share }),
  scaling: z.looseObject({ perToken: figure, interval }),
  performance: z.looseObject({ accuracy: share, interval, arm: z.string() }),
});

const routeFrontier = z.looseObject({
  arm: z.string().min(1),
  shorter: z.string().min(1),
  longer: z.string().min(1),
  signal: z.string().min(1),
  longerWhen: z.enum(['above', 'at-most']),
  samples: count,
  points: z.array(z.looseObject({ threshold: figure, share, accuracy: share, totalTokens: figure })),
});

const warning = z.looseObject({
  kind: z.enum(['caps', 'truncation-repair', 'total-tokens', 'prompt-tokens', 'retries', 'several-differences']),
  text: z.string().min(1),
});

const routing = z.looseObject({
  of: z.enum(['thinks', 'escalates']),
  share,
  interval: z.tuple([share, share]),
  intervalMethod: z.enum(['wilson', 't']),
  signal: z.string().min(1),
  threshold: z.number(),
  items: count,
  samples: count,
});

const timing = z.looseObject({
  mode: z.literal('isolated'),
  items: count,
  tokensPerSecond: z.number(),
  secondsPerItem: z.looseObject({ mean: z.number().optional(), p50: z.number(), p90: z.number() }),
});

const itemEstimate = z.looseObject({ value: figure, interval });

const passAtK = z.looseObject({
  of: z.enum(['repeats', 'paths']),
  samples: count,
  items: count,
  points: z.array(
    z.looseObject({
      k: count,
      pass: itemEstimate,
      majority: itemEstimate,
      general: z.array(itemEstimate.extend({ tau: z.number() })),
    }),
  ),
});

const efficiency = z.looseObject({
  ockScore: figure,
  accuracyWithin: z.looseObject({ value: share, interval, upTo: count }),
});

const frontier = z.looseObject({
  cost: z.literal('total'),
  items: count,
  draws: count,
  arms: z.array(
    z.looseObject({
      arm: z.string().min(1),
      accuracy: share,
      totalTokens: figure,
      onFrontier: z.boolean(),
      share,
    }),
  ),
});

const arm = z.looseObject({
  name: z.string().min(1),
  technique: z.string().min(1),
  params: z.record(z.string(), z.unknown()),
  model: z.string().min(1),
  sampling: z.looseObject({
    temperature: z.number(),
    topP: z.number(),
    maxTokens: count,
    repeats: count,
    seed: z.int(),
  }),
  faithfulTo: z.enum(['paper', 'code', 'variant']),
  differences: z.array(z.string()),
  overall: aggregate,
  byDataset: z.record(z.string(), aggregate),
  byLevel: z.record(z.string(), aggregate),
  timing: timing.nullable(),
  thinking: thinking.nullable().optional(),
  replay: z.looseObject({ of: z.string().min(1), preparationTokens: figure }).optional(),
  efficiency: efficiency.nullable().optional(),
  routing: routing.optional(),
  passAtK: passAtK.optional(),
  paths: z.looseObject({ asked: count, run: itemEstimate }).optional(),
});

const comparison = z.looseObject({
  arm: z.string().min(1),
  against: z.string().min(1),
  dataset: z.string().min(1),
  pairs: count,
  accuracyDelta: figure,
  accuracyDeltaInterval: interval,
  accuracyDeltaLowerBound: figure,
  method: z.enum(['tango', 'clustered-t']),
  mcnemarP: share,
  flips: z.looseObject({ lost: count, won: count }),
  tokenRatio: figure,
  tokenRatioInterval: interval,
  thinkRatio: figure,
  thinkRatioInterval: interval,
  verdict: z.enum(['within-margin', 'not-decisive', 'worse', 'better', 'not-comparable']),
  aes: z.looseObject({ value: figure, weights: z.tuple([z.number(), z.number(), z.number()]) }),
  minimumDetectableEffect: figure,
  finding: z.string().nullable(),
  tokenWilcoxonP: share.optional(),
  modelCompressionRate: figure.optional(),
  warnings: z.array(warning).optional(),
});

const engineIdentity = z.looseObject({
  llamaCpp: z.string(),
  cpuVariant: z.string(),
  threads: count,
  backend: z.string(),
  profile: z.string(),
});

const provenance = z.looseObject({
  laconic: z.string(),
  gitCommit: z.string().nullable(),
  engine: engineIdentity.nullable(),
  models: z.array(
    z.looseObject({
      alias: z.string(),
      sha256: z.string(),
      arch: z.string(),
      parameters: z.number(),
      quantization: z.string(),
      adapters: z.array(z.looseObject({ name: z.string(), sha256: z.string(), scale: z.number() })),
    }),
  ),
  datasets: z.array(z.looseObject({ name: z.string(), sha256: z.string(), itemSetSha256: z.string(), items: count })),
  seed: z.int(),
  machine: z.looseObject({ cpu: z.string(), cores: count, memoryBytes: z.number() }).nullable(),
});

const cascadePoint = z.looseObject({
  threshold: z.number().nullable(),
  share,
  accuracy: share,
  deliveredTokens: figure,
  totalTokens: figure,
  difference: z
    .looseObject({
      accuracyDelta: figure,
      accuracyDeltaInterval: interval,
      method: z.enum(['tango', 'clustered-t']),
      totalRatio: figure,
      totalRatioInterval: interval,
    })
    .optional(),
});

const cascade = z.looseObject({
  arm: z.string().min(1),
  first: z.string().min(1),
  second: z.string().min(1),
  signal: z.string().min(1),
  samples: count,
  points: z.array(cascadePoint),
  chosen: cascadePoint,
});

export const resultSchema = z.looseObject({
  schemaVersion: z.literal(1),
  run: z.looseObject({
    id: z.string().min(1),
    suite: z.string(),
    suiteSha256: z.string(),
    status: z.enum(['queued', 'running', 'completed', 'partial', 'failed', 'cancelled']),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    provenance,
  }),
  arms: z.array(arm),
  comparisons: z.array(comparison),
  frontier: frontier.optional(),
  budgetCurves: z.array(budgetCurve).optional(),
  routeFrontiers: z.array(routeFrontier).optional(),
  cascades: z.array(cascade).optional(),
  tokenSkip: tokenSkipSchema.optional(),
  engine: z.looseObject({
    decodedTokens: z.number(),
    decodedTokensKnown: z.boolean().optional(),
    chargedTokens: z.number(),
    sharingFactor: figure,
    prefillTokens: z.number(),
    prefillSharedTokens: z.number(),
    engineSeconds: z.number(),
    wallSeconds: z.number(),
  }),
});

/** Problems of a parsed result.json in words; empty when it keeps the contract. */
export function resultProblems(json: unknown): string[] {
  const checked = resultSchema.safeParse(json);
  return checked.success ? [] : checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}
