import type { AdapterCompression, Arm, ArmAdapter } from '../domain/index.js';
import { controlWarnings } from './control-warnings.js';
import { someSuite } from './testing.js';

const TRAINED: AdapterCompression = {
  scorer: 'random',
  seed: 1,
  ratios: [0.5, 0.7, 1],
  control: 'llama3',
  examples: 10,
  baseSha256: null,
  datasetSha256: null,
};

function asking(params: Readonly<Record<string, unknown>>, adapters: readonly Partial<ArmAdapter>[]): Arm[] {
  const { arms } = someSuite({
    arms: [
      { name: 'baseline', technique: 'baseline' },
      { name: 'short', technique: 'tokenskip', params },
    ],
  });
  const facts: ArmAdapter = {
    name: 'skip',
    sha256: 'a',
    scale: 1,
    rank: 8,
    alpha: 16,
    parameters: 1,
    compression: TRAINED,
  };
  return arms.map((arm, index) =>
    index === 0 ? arm : { ...arm, adapters: adapters.map((own) => ({ ...facts, ...own })) },
  );
}

describe(controlWarnings.name, () => {
  it('names an adapter that was trained with another format of the ratio', () => {
    expect(controlWarnings(asking({ ratio: 0.5, control: 'qwen' }, [{}]))).toEqual([
      'Arm short: it asks by control qwen, and adapter skip was trained with control llama3; it will not know what the ratio means.',
    ]);
  });

  it('names an adapter that was never trained with so small a ratio', () => {
    expect(controlWarnings(asking({ ratio: 0.3, control: 'llama3' }, [{}]))).toEqual([
      'Arm short: it asks for 0.3, and adapter skip was trained with ratios from 0.5 on.',
    ]);
  });

  it('has nothing to say where both fit, the adapter says nothing, or it changes nothing', () => {
    const fits = { ratio: 0.55, control: 'llama3' };
    expect(controlWarnings(asking(fits, [{}]))).toEqual([]);
    expect(controlWarnings(asking({ ratio: 0.3 }, [{ compression: null }]))).toEqual([]);
    expect(controlWarnings(asking({ ratio: 0.3 }, [{ scale: 0 }]))).toEqual([]);
    expect(controlWarnings(asking({ ratio: 0.3 }, []))).toEqual([]);
  });
});
