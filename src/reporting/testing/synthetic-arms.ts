import type { TechniqueKind, TechniqueName } from '../../domain/index.js';

export interface SyntheticArm {
  readonly name: string;
  readonly technique: TechniqueName;
  readonly kind: TechniqueKind;
  readonly params: Readonly<Record<string, unknown>>;
  /** The arm that it behaves as; absent: itself. */
  readonly like?: SyntheticArmName;
}

export type SyntheticArmName = (typeof SYNTHETIC_ARMS)[number]['name'];

export const SYNTHETIC_ARMS = [
  { name: 'baseline', technique: 'baseline', kind: 'baseline', params: {} },
  { name: 'nowait', technique: 'nowait', kind: 'suppression', params: { vocabulary: 'whole-word', scope: 'thinking' } },
  { name: 'budget-64', technique: 'budget', kind: 'budget', params: { tokens: 64 } },
  { name: 'budget-128', technique: 'budget', kind: 'budget', params: { tokens: 128 } },
  { name: 'budget-256', technique: 'budget', kind: 'budget', params: { tokens: 256 } },
  { name: 'nothinking', technique: 'nothinking', kind: 'none', params: {} },
] as const;
