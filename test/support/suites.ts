/** A small suite as a REST client sends it. */
export function smallSuite(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    name: 'small',
    model: 'reference-nano',
    datasets: [
      { name: 'arithmetic', limit: 3 },
      { name: 'clock-times', limit: 3 },
    ],
    sampling: { maxTokens: 256 },
    timing: { items: 0 },
    arms: [
      { name: 'baseline', technique: 'baseline' },
      { name: 'budget-16', technique: 'budget', params: { tokens: 16 } },
    ],
    ...changes,
  };
}
