import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Shards that can be worked on only when other arms' samples of the same items are there. */
export class DependentShards1764100000000 implements MigrationInterface {
  readonly name = 'DependentShards1764100000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE shards ADD COLUMN waits_for text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE shards DROP COLUMN waits_for');
  }
}
