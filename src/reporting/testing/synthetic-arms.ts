export const SYNTHETIC_ARMS = [
  { name: 'baseline', technique: 'baseline', kind: 'baseline', params: {} },
  { name: 'nowait', technique: 'nowait', kind: 'suppression', params: { vocabulary: 'whole-word', scope: 'thinking' } },
  { name: 'budget-64', technique: 'budget', kind: 'budget', params: { tokens: 64 } },
  { name: 'budget-128', technique: 'budget', kind: 'budget', params: { tokens: 128 } },
  { name: 'budget-256', technique: 'budget', kind: 'budget', params: { tokens: 256 } },
  { name: 'nothinking', technique: 'nothinking', kind: 'none', params: {} },
] as const;
