import { z } from 'zod';
import { defineTechnique } from './definition.js';

export const baselineParams = z.strictObject({}).describe('baseline has no parameters.');

export type BaselineParams = z.output<typeof baselineParams>;

export const BASELINE = defineTechnique({
  name: 'baseline',
  kind: 'baseline',
  summary:
    'Changes nothing: the model thinks until it closes its thinking itself. The arm that others are compared with.',
  params: baselineParams,
  caption: () => 'thinks as trained',
  source: 'none; ordinary decoding',
  faithfulTo: 'code',
  differences: [],
  ledgerColumns: ['think', 'answer', 'delivered', 'total'],
  events: [],
  publishedFigures: [],
});
