import { RunCloser } from '../../src/execution/run-closer.js';
import { SamplesRepository } from '../../src/execution/samples.repository.js';
import { ShardsRepository } from '../../src/execution/shards.repository.js';
import type { LaconicDataSource } from '../../src/platform/database/data-source.js';
import { RunsRepository } from '../../src/runs/runs.repository.js';
import { connect } from './stored-run.js';
import { startTestDatabase, type TestDatabase } from './test-database.js';

/** What a process asks the database by. */
export interface Stores {
  readonly source: LaconicDataSource;
  readonly shards: ShardsRepository;
  readonly samples: SamplesRepository;
  readonly runs: RunsRepository;
  readonly closer: RunCloser;
}

export interface TwoProcesses {
  readonly database: TestDatabase;
  readonly own: Stores;
  /** Those of another process, on connections of its own. */
  readonly other: Stores;
  stop(): Promise<void>;
}

export async function twoProcesses(): Promise<TwoProcesses> {
  const database = await startTestDatabase();
  const [own, other] = [await storesOn(database), await storesOn(database)];
  return {
    database,
    own,
    other,
    stop: async () => {
      await own.source.destroy();
      await other.source.destroy();
      await database.stop();
    },
  };
}

async function storesOn(database: TestDatabase): Promise<Stores> {
  const source = await connect(database.url);
  return {
    source,
    shards: new ShardsRepository(source),
    samples: new SamplesRepository(source),
    runs: new RunsRepository(source),
    closer: new RunCloser(source),
  };
}
