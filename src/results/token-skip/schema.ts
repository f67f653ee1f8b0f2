import { z } from 'zod';
import { count, figure, interval, share } from '../schema-figures.js';

const compressionPoint = z.looseObject({
  arm: z.string().min(1),
  ratio: z.number().nullable(),
  items: count,
  accuracy: share,
  accuracyInterval: z.tuple([share, share]),
  tokens: figure,
  actRatio: figure,
  actRatioInterval: interval,
  adherenceError: figure,
  censoredShare: share,
  cutShare: share,
  byLevel: z.record(
    z.string(),
    z.looseObject({ items: count, accuracy: share, accuracyInterval: interval, tokens: figure, actRatio: figure }),
  ),
});

const adapter = z.looseObject({
  name: z.string(),
  scale: z.number(),
  scorer: z.string().nullable(),
  seed: z.int().nullable(),
});

export const tokenSkipSchema = z.looseObject({
  curves: z.array(
    z.looseObject({
      technique: z.string().min(1),
      params: z.record(z.string(), z.unknown()),
      model: z.string().min(1),
      adapter: adapter.nullable(),
      against: z.string().min(1),
      counted: z.enum(['think', 'delivered']),
      points: z.array(compressionPoint),
      adherenceError: figure,
      collapse: z
        .looseObject({ below: z.number().nullable(), at: z.number(), why: z.enum(['off-target', 'no-shorter']) })
        .nullable(),
    }),
  ),
  unmatched: z.array(z.string()),
  scorers: z.array(
    z.looseObject({
      scorer: z.string(),
      control: z.string(),
      model: z.string(),
      against: z.string(),
      seeds: z.tuple([count, count]),
      items: count,
      targets: z.array(
        z.looseObject({
          actRatio: figure,
          tokens: figure,
          difference: figure,
          interval,
          p: share,
          holmP: share,
          bySeed: z.array(figure),
          seedSpread: figure,
        }),
      ),
      verdict: z.enum(['beats', 'worse', 'not-decisive']),
      sentence: z.string(),
    }),
  ),
});
