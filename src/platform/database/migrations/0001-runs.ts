import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Runs, their frozen items, shards, samples and what carries them. */
export class Runs1764000000000 implements MigrationInterface {
  readonly name = 'Runs1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE api_keys, model_capabilities, outbox, run_events, timings, samples, shards, run_items, runs',
    );
  }
}

const UP = `
CREATE TABLE runs (
  id text PRIMARY KEY,
  queue text NOT NULL,
  suite_name text NOT NULL,
  suite jsonb NOT NULL,
  suite_sha256 text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'partial', 'failed', 'cancelled')),
  reason text,
  idempotency_key text UNIQUE,
  request_hash text,
  provenance jsonb NOT NULL,
  engine_identity jsonb,
  engine_totals jsonb,
  expected_samples int NOT NULL,
  created_at timestamptz NOT NULL,
  started_at timestamptz,
  finished_at timestamptz
);
CREATE INDEX runs_newest ON runs (created_at DESC, id DESC);
CREATE INDEX runs_open ON runs (queue) WHERE status IN ('queued', 'running');

CREATE TABLE run_items (
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  item_no int NOT NULL,
  dataset text NOT NULL,
  item_id text NOT NULL,
  content jsonb NOT NULL,
  PRIMARY KEY (run_id, item_no),
  UNIQUE (run_id, dataset, item_id)
);

CREATE TABLE shards (
  id text PRIMARY KEY,
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  shard_no int NOT NULL,
  kind text NOT NULL CHECK (kind IN ('samples', 'timing')),
  model text NOT NULL,
  item_nos int[] NOT NULL,
  arms text[] NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'leased', 'done', 'split', 'cancelled')),
  epoch int NOT NULL DEFAULT 0,
  leased_until timestamptz,
  worker text,
  deaths int NOT NULL DEFAULT 0,
  counters jsonb,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  UNIQUE (run_id, shard_no)
);
CREATE INDEX shards_open ON shards (run_id) WHERE status IN ('queued', 'leased');

CREATE TABLE samples (
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  arm text NOT NULL,
  item_no int NOT NULL,
  repeat int NOT NULL,
  dataset text NOT NULL,
  item_id text NOT NULL,
  shard_id text NOT NULL,
  record jsonb NOT NULL,
  correct boolean NOT NULL,
  delivered int NOT NULL,
  think int NOT NULL,
  think_ids int[] NOT NULL,
  answer_ids int[] NOT NULL,
  PRIMARY KEY (run_id, arm, item_no, repeat)
);
CREATE INDEX samples_by_arm ON samples (run_id, arm) INCLUDE (correct, delivered, think);
CREATE INDEX samples_sorted ON samples (run_id, arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat);

CREATE TABLE timings (
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  arm text NOT NULL,
  item_no int NOT NULL,
  tokens int NOT NULL,
  seconds double precision NOT NULL,
  PRIMARY KEY (run_id, arm, item_no)
);

CREATE TABLE run_events (
  seq bigserial PRIMARY KEY,
  run_id text NOT NULL REFERENCES runs ON DELETE CASCADE,
  at timestamptz NOT NULL DEFAULT now(),
  type text NOT NULL,
  detail jsonb NOT NULL
);
CREATE INDEX run_events_by_run ON run_events (run_id, seq);

CREATE TABLE outbox (
  id bigserial PRIMARY KEY,
  shard_id text NOT NULL REFERENCES shards ON DELETE CASCADE,
  epoch int NOT NULL,
  created_at timestamptz NOT NULL,
  published_at timestamptz
);
CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
CREATE INDEX outbox_by_shard ON outbox (shard_id, epoch);

CREATE TABLE model_capabilities (
  model_sha256 text NOT NULL,
  engine_key text NOT NULL,
  engine jsonb NOT NULL,
  capabilities jsonb NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (model_sha256, engine_key)
);

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  key_hash text NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);
`;
