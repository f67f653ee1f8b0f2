import { parseSuiteInput, type SuiteInput } from '../domain/index.js';
import type { AdaptersService, ResolvedAdapter, ResolvedModel } from '../models/index.js';
import { loadAdapters } from './adapters-freezer.js';

const BASE = { sha256: 'b' } as ResolvedModel;
const CARD = { sha256: 'a', rank: 8, alpha: 16, parameters: 100, weights: 1, compression: null, licence: 'MIT' };

function suiteOf(arms: readonly Readonly<Record<string, unknown>>[]): SuiteInput {
  const datasets = [{ name: 'arithmetic' }];
  return parseSuiteInput({ name: 'some', model: 'reference', datasets, against: 'plain', arms }, 'test suite');
}

describe('loadAdapters', () => {
  const asked: unknown[] = [];
  const adapters = {
    resolve: async (reference: unknown, base: ResolvedModel): Promise<ResolvedAdapter> => {
      asked.push([reference, base]);
      return { name: 'mine', card: CARD, path: '/mine.gguf' } as unknown as ResolvedAdapter;
    },
  } as AdaptersService;
  const model = { base: 'reference', adapters: [{ name: 'mine', scale: 0.5 }] };

  it('takes facts from the card and the scale from the suite, by arm', async () => {
    const suite = suiteOf([
      { name: 'plain', technique: 'baseline' },
      { name: 'adapted', technique: 'nowait', model },
    ]);
    expect(await loadAdapters(suite, adapters, () => BASE)).toEqual({
      adapted: [{ name: 'mine', sha256: 'a', scale: 0.5, rank: 8, alpha: 16, parameters: 100, compression: null }],
    });
    expect(asked).toEqual([[{ name: 'mine', scale: 0.5 }, BASE]]);
  });

  it('refuses to steer an adapted model', async () => {
    const steered = { name: 'steered', technique: 'overclock', params: { vector: 'reference', strength: 1 }, model };
    const suite = suiteOf([{ name: 'plain', technique: 'baseline' }, steered]);
    await expect(loadAdapters(suite, adapters, () => BASE)).rejects.toMatchObject({
      code: 'technique-refused',
      where: 'arm steered',
    });
  });
});
