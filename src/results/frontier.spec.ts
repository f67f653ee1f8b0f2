import { columnsOf } from './columns.js';
import { accuracyFrontier } from './frontier.js';
import { sampleBuilder, simulatedSamples } from './testing.js';

describe('accuracyFrontier', () => {
  it('says how sure the place of each arm is, over the items that all have', () => {
    const samples = simulatedSamples({ items: 40 });
    const names = ['baseline', 'nowait', 'budget-64', 'nothinking'];
    const frontier = accuracyFrontier(columnsOf(samples.slice(0, -1)), names, 1);
    expect(frontier?.items).toBe(79);
    expect(frontier?.arms.map(({ arm }) => arm)).toEqual(names);
    expect(frontier?.arms.find(({ arm }) => arm === 'nothinking')).toMatchObject({ onFrontier: true, share: 1 });
    // Dearer than nothinking and less often right.
    const [, , budget] = frontier?.arms ?? [];
    expect(budget?.onFrontier).toBe(false);
    expect(budget?.share).toBeLessThan(0.05);
  });

  it('does not depend on the order of the arms', () => {
    const columns = columnsOf(simulatedSamples({ items: 10 }));
    const one = accuracyFrontier(columns, ['baseline', 'nowait'], 1);
    const other = accuracyFrontier(columns, ['nowait', 'baseline'], 1);
    expect(other?.arms.toReversed()).toEqual(one?.arms);
  });

  it('is null for a single arm, and where no item is common', () => {
    const samples = [sampleBuilder({ item: 'a' }), sampleBuilder({ arm: 'nowait', item: 'b' })];
    expect(accuracyFrontier(columnsOf(samples), ['baseline'], 1)).toBeNull();
    expect(accuracyFrontier(columnsOf(samples), ['baseline', 'nowait'], 1)).toBeNull();
  });
});
