import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { storeSyntheticRun, SYNTHETIC_RUN } from '../../src/benchmarks/report/synthetic-run.js';
import type { SampleRecord } from '../../src/domain/index.js';
import { SamplesRepository } from '../../src/execution/samples.repository.js';
import { readSuiteFile } from '../../src/suites/index.js';
import { startTestDatabase, type TestDatabase } from '../support/test-database.js';

const SUITE = join(__dirname, '..', '..', 'datasets', 'suites', 'sweep.yaml');

const FIELDS = [
  'arm',
  'dataset',
  'item',
  'repeat',
  'cluster',
  'level',
  'extracted',
  'correct',
  'thinkStop',
  'stopReason',
  'ledger',
  'measures',
  'events',
] as const;

describe('what is read of stored samples', () => {
  let database: TestDatabase;
  let source: DataSource;
  let samples: SamplesRepository;
  let records: SampleRecord[];

  beforeAll(async () => {
    database = await startTestDatabase();
    source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
    await storeSyntheticRun(source, await readSuiteFile(SUITE, { set: [], arms: [] }), { items: 30, repeats: 3 });
    samples = new SamplesRepository(source);
    records = await all(samples.records(SYNTHETIC_RUN));
  });

  afterAll(async () => {
    await source.destroy();
    await database.stop();
  });

  it('gives the numbers of every sample, in the order of the samples', async () => {
    expect(records).toHaveLength(8 * 30 * 3);
    const numbers = records.map((record) => Object.fromEntries(FIELDS.map((field) => [field, record[field]])));
    expect(await all(samples.figures(SYNTHETIC_RUN))).toEqual(numbers);
  });

  it('gives of the events those that are counted', async () => {
    const route = { at: 0, type: 'route', detail: '{"signal":"entropy","value":0.5,"threshold":1,"taken":false}' };
    const events = [{ at: 0, type: 'probe', detail: '{}' }, route, { at: 0, type: 'forced', detail: '</think>' }];
    await source.query(
      `UPDATE samples SET record = jsonb_set(record, '{events}', $1::jsonb) WHERE run_id = $2 AND item_no = 7`,
      [JSON.stringify(events), SYNTHETIC_RUN],
    );
    const figures = await all(samples.figures(SYNTHETIC_RUN));
    const of = (item: string) => figures.filter((each) => each.item === item).flatMap((each) => each.events);
    expect(of('item-0000007')).toEqual(Array.from({ length: 8 * 3 }, () => route));
    expect(of('item-0000006')).toEqual([]);
  });

  it('gives what a replay took to prepare', async () => {
    const replay = { of: 'baseline', preparationTokens: 321 };
    await source.query(
      `UPDATE samples SET record = record || jsonb_build_object('replay', $1::jsonb) WHERE run_id = $2 AND item_no = 9`,
      [JSON.stringify(replay), SYNTHETIC_RUN],
    );
    const figures = await all(samples.figures(SYNTHETIC_RUN));
    const replays = figures.filter((each) => each.replay);
    expect(replays).toHaveLength(8 * 3);
    for (const each of replays) expect(each).toMatchObject({ item: 'item-0000009', replay });
  });

  it('gives of the paths of a vote what they came to, in their order', async () => {
    const paths = ['9', null, '7'].map((extracted) => ({ extracted, correct: extracted === '7', thinking: 'long' }));
    await source.query(
      `UPDATE samples SET record = jsonb_set(record, '{paths}', $1::jsonb) WHERE run_id = $2 AND item_no = 8`,
      [JSON.stringify(paths), SYNTHETIC_RUN],
    );
    const figures = await all(samples.figures(SYNTHETIC_RUN));
    const voted = figures.filter((each) => each.paths);
    expect(new Set(voted.map(({ item }) => item))).toEqual(new Set(['item-0000008']));
    expect(voted[0]?.paths).toEqual(paths.map(({ extracted, correct }) => ({ extracted, correct })));
  });

  it('gives all arms and repeats of every tenth item', async () => {
    const chosen = new Set(['item-0000000', 'item-0000010', 'item-0000020']);
    const some = await all(samples.recordsOfEvery(10, SYNTHETIC_RUN));
    expect(some).toEqual(records.filter((record) => chosen.has(record.item)));
    expect(some).toHaveLength(8 * 3 * 3);
  });
});

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
}
