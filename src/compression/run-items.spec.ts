import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatasetsService, itemSetSha256 } from '../datasets/index.js';
import type { Item, SampleRecord } from '../domain/index.js';
import { sampleBuilder } from '../results/testing.js';
import { RunItems } from './run-items.js';

const FOLDER = join(__dirname, '..', '..', 'datasets');
const SUITE = { datasets: [{ name: 'arithmetic', sha256: 'f', itemSetSha256: 'f', items: 1 }] };

async function offline(): Promise<never> {
  return Promise.reject(new TypeError('offline'));
}

function sampleOf({ dataset, id: item, question, answer: reference }: Item): SampleRecord {
  return sampleBuilder({ dataset, item, question, reference });
}

describe(RunItems.name, () => {
  let home: string;
  let datasets: DatasetsService;
  const split = async (name: 'items' | 'calibration'): Promise<readonly Item[]> =>
    (await datasets.load({ name: 'arithmetic', split: name })).items;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'laconic-items-'));
    datasets = new DatasetsService({ home, folder: FOLDER, fetch: offline });
  });

  afterAll(async () => rm(home, { recursive: true }));

  it('takes calibration items, and knows their set', async () => {
    const items = await RunItems.load(datasets, SUITE);
    const [first, second] = await split('calibration');
    if (!first || !second) throw new TypeError('there are none');
    for (const item of [first, second, first]) items.use(items.of(sampleOf(item)));
    expect(items.calibrationItems).toEqual({ items: 2, itemSetSha256: itemSetSha256([first, second]) });
    expect(items.ownItems).toEqual({ items: 0, itemSetSha256: null });
  });

  it('refuses evaluation items, under whatever name they come', async () => {
    const items = await RunItems.load(datasets, SUITE);
    const [item] = await split('items');
    if (!item) throw new TypeError('there are none');
    for (const dataset of ['arithmetic', 'mine']) {
      expect(() => items.of(sampleOf({ ...item, dataset }))).toThrow(
        expect.objectContaining({ code: 'evaluation-items-refused', message: expect.stringContaining(item.id) }),
      );
    }
    expect(() => items.of(sampleOf({ ...item, dataset: 'mine', id: 'm-1' }))).toThrow('evaluation item');
  });

  it('takes items of one’s own that are evaluation items of nothing known here', async () => {
    const items = await RunItems.load(datasets, SUITE);
    const sample = sampleBuilder({ dataset: 'mine', item: 'm-1', question: 'How many legs do seven herons have?' });
    items.use(items.of(sample));
    items.use(items.of({ ...sample, repeat: 1 }));
    expect(items.ownItems).toEqual({ items: 1, itemSetSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(items.calibrationItems.items).toBe(0);
  });
});
