import { z } from 'zod';
import type { TechniqueEntry } from '../technique.js';
import { parameterTable } from './parameters.js';

export const baselineParams = z.strictObject({}).describe('baseline has no parameters.');

export type BaselineParams = z.output<typeof baselineParams>;

export const BASELINE: TechniqueEntry = {
  name: 'baseline',
  kind: 'baseline',
  summary:
    'Changes nothing: the model thinks until it closes its thinking itself. The arm that others are compared with.',
  parameters: parameterTable(baselineParams),
  source: 'none; ordinary decoding',
  faithfulTo: 'code',
  differences: [],
  ledgerColumns: ['think', 'answer', 'delivered', 'total'],
  mode: 'online',
  publishedFigures: [],
};
