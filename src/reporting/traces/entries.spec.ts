import { reportContext } from '../report-context.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { traceEntries } from './entries.js';

const input = syntheticRun({ items: 10, maxTokens: 220 });
const entries = traceEntries(reportContext(input));

describe('traceEntries', () => {
  it('has one entry per sample with ids of its own', () => {
    expect(entries).toHaveLength(input.samples.length);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  it('names lost and won from the reference and the arm together', () => {
    const flips = entries.filter((entry) => entry.outcome === 'lost' || entry.outcome === 'won');
    const misnamed = flips.filter(
      ({ outcome, sample, reference }) =>
        sample.correct !== (outcome === 'won') || reference?.correct !== (outcome === 'lost'),
    );
    expect(misnamed).toEqual([]);
    const lost = entries.filter((entry) => entry.outcome === 'lost' && entry.arm.result.name === 'nowait').length;
    const overall = input.result.comparisons.find((one) => one.arm === 'nowait' && one.dataset === 'overall');
    expect(lost).toBe(overall?.flips.lost);
  });

  it('puts flips and censored samples first and the reference alone last', () => {
    const tier = entries.map((one) =>
      one.reference === null ? 2 : ['lost', 'won'].includes(one.outcome) || one.tags.includes('censored') ? 0 : 1,
    );
    expect(tier).toEqual(tier.toSorted((a, b) => a - b));
  });

  it('shows every arm and data set among the first fifty', () => {
    const first = entries.slice(0, 50);
    expect(new Set(first.map((entry) => entry.item.dataset)).size).toBe(4);
    expect(new Set(first.map((entry) => entry.arm.result.name)).size).toBeGreaterThanOrEqual(4);
  });

  it('tags what the counts of the tables link to', () => {
    const censored = input.samples.filter((sample) => sample.thinkStop === 'cap').length;
    expect(entries.filter((entry) => entry.tags.includes('censored'))).toHaveLength(censored);
    expect(censored).toBeGreaterThan(0);
  });
});
