import { wilcoxonSignedRank } from '../statistics/index.js';
import { ArmColumns, columnsOf } from './columns.js';
import { tokenWilcoxonP } from './comparison-checks.js';
import { pairItems } from './pairing.js';
import { simulatedSamples } from './testing.js';

function pairsOf(options: { items: number; clusterSize?: number }) {
  const { arms, items } = columnsOf(simulatedSamples(options));
  const arm = (name: string): ArmColumns => arms.get(name) ?? new ArmColumns(items);
  return pairItems(arm('nowait'), arm('baseline'));
}

describe('tokenWilcoxonP', () => {
  it('ranks the paired differences of delivered tokens', () => {
    const pairs = pairsOf({ items: 8 });
    const differences = [...pairs.arm.delivered].map((tokens, pair) => tokens - (pairs.against.delivered[pair] ?? 0));
    expect(tokenWilcoxonP(pairs)).toBe(wilcoxonSignedRank(differences).p);
    expect(tokenWilcoxonP(pairs)).toBeLessThan(0.001);
  });

  it('is null where items come in clusters, and without pairs', () => {
    expect(tokenWilcoxonP(pairsOf({ items: 8, clusterSize: 4 }))).toBeNull();
    expect(tokenWilcoxonP(pairsOf({ items: 0 }))).toBeNull();
  });
});
