import { DataSource, type DataSourceOptions, type QueryRunner, type ReplicationMode } from 'typeorm';
import { databaseError } from './database-errors.js';

/** The options that every connection of Laconic shares. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    applicationName: 'laconic',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    extra: { max: poolSize, connectionTimeoutMillis: 10_000 },
  };
}

/** A data source whose queries and transactions throw `database-unavailable` when the server is lost. */
export class LaconicDataSource extends DataSource {
  override createQueryRunner(mode?: ReplicationMode): QueryRunner {
    const runner = super.createQueryRunner(mode);
    const query = runner.query.bind(runner);
    runner.query = async (...parameters: Parameters<QueryRunner['query']>) => {
      try {
        return await query(...parameters);
      } catch (error) {
        throw databaseError(error);
      }
    };
    return runner;
  }

  override async initialize(): Promise<this> {
    try {
      return await super.initialize();
    } catch (error) {
      throw databaseError(error);
    }
  }
}
