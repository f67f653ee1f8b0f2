import {
  contentHash,
  MEASURE_RULES,
  type Arm,
  type FrozenSuite,
  type RunProvenance,
  type SuiteInput,
} from '../../domain/index.js';
import { freezeSuite } from '../../planning/index.js';

/** What the made-up run needs of a database connection. */
export interface SqlClient {
  query(text: string, values?: unknown[]): Promise<unknown>;
}

export interface SyntheticShape {
  readonly items: number;
  readonly repeats: number;
}

export const SYNTHETIC_RUN = 'synthetic';
const DATASETS = 4;

/**
 * Stores a finished run that no model has made: rows of the size and variety of real ones, written by the database
 * itself. Lengths and verdicts come from hashes, so that arms differ, items differ and repeats vary.
 */
export async function storeSyntheticRun(client: SqlClient, suite: SuiteInput, shape: SyntheticShape): Promise<void> {
  const frozen = syntheticSuite(suite, shape);
  await client.query(
    `INSERT INTO runs (id, queue, suite_name, suite, suite_sha256, status, provenance, expected_samples, created_at, started_at, finished_at)
     VALUES ($1, 'bench', $2, $3::jsonb, $4, 'completed', $5::jsonb, $6, now(), now(), now())`,
    [
      SYNTHETIC_RUN,
      frozen.name,
      JSON.stringify(frozen),
      frozen.sha256,
      JSON.stringify(syntheticProvenance(frozen)),
      frozen.arms.length * shape.items * shape.repeats,
    ],
  );
  await client.query(ITEMS, [SYNTHETIC_RUN, shape.items]);
  for (const [index, arm] of frozen.arms.entries()) {
    await client.query(SAMPLES, [SYNTHETIC_RUN, arm.name, index, shape.items, shape.repeats]);
  }
  await client.query('VACUUM ANALYZE samples');
}

function syntheticSuite(suite: SuiteInput, { items, repeats }: SyntheticShape): FrozenSuite {
  const datasets = Array.from({ length: DATASETS }, (_, index) => ({
    name: `synthetic-${index}`,
    sha256: contentHash(index),
    itemSetSha256: contentHash(index),
    items: Math.ceil((items - index) / DATASETS),
  }));
  const frozen = freezeSuite(
    { ...suite, name: 'synthetic (made up for a benchmark)' },
    { datasets, aliasOf: () => 'synthetic' },
  );
  return { ...frozen, arms: frozen.arms.map((arm): Arm => ({ ...arm, sampling: { ...arm.sampling, repeats } })) };
}

function syntheticProvenance({ datasets, seed }: FrozenSuite): RunProvenance {
  const sha256 = contentHash('synthetic');
  const model = {
    alias: 'synthetic',
    sha256,
    usageSha256: sha256,
    arch: 'none',
    parameters: 0,
    quantization: 'none',
    adapters: [],
  };
  return {
    laconic: 'synthetic',
    gitCommit: null,
    engine: null,
    models: [model],
    datasets,
    seed,
    machine: null,
    suppression: {},
  };
}

const ITEMS = `
INSERT INTO run_items (run_id, item_no, dataset, item_id, content)
SELECT $1, i, 'synthetic-' || i % ${DATASETS}, 'item-' || lpad(i::text, 7, '0'), '{}'::jsonb
  FROM generate_series(0, $2::int - 1) AS i`;

/** think: 40 … 400 tokens of an item's own length, shorter arm by arm; answer: 8 … 20. Two bytes of text a token. */
const SAMPLES = `
INSERT INTO samples (run_id, shard_id, arm, dataset, item_id, item_no, repeat, record, correct, delivered, think, think_ids, answer_ids)
SELECT $1, 'synthetic', $2, dataset, item, i, r,
       jsonb_build_object(
         'arm', $2::text, 'dataset', dataset, 'item', item, 'repeat', r, 'cluster', 'template-' || i % 97, 'level', 1 + i % 5,
         'question', 'What is ' || i || ' + ' || i * 7 || '?', 'prompt', 'user: What is ' || i || ' + ' || i * 7 || '? assistant:',
         'thinking', repeat('a ', think), 'answer', 'The answer is \\boxed{' || i * 8 || '}.', 'reference', (i * 8)::text,
         'extracted', CASE WHEN luck % 50 = 0 THEN NULL ELSE (i * 8)::text END, 'correct', correct,
         'reasonCode', CASE WHEN correct THEN 'correct' WHEN luck % 50 = 0 THEN 'no-answer' ELSE 'wrong' END,
         'thinkStop', CASE WHEN luck % 40 = 0 THEN 'budget' ELSE 'natural' END, 'stopReason', 'eos', 'stopDetail', NULL,
         'events', '[]'::jsonb, 'divergedFrom', NULL, 'divergedAt', NULL,
         'measures', jsonb_build_object('rules', ${MEASURE_RULES}, 'positions', 'exact', 'firstCorrect', NULL, 'sentences', 3 + luck % 9,
           'convergedAt', 1 + luck % 3, 'solutions', 1 + luck % 3, 'solutionTokens', think, 'distinctTokens', think / 2,
           'keywordReflections', luck % 4, 'rederivations', luck % 2, 'repeatedTokens', luck % 7, 'loop', NULL),
         'ledger', jsonb_build_object('prompt', 24, 'thinkSampled', think, 'thinkInjected', 0, 'answerSampled', answer,
           'answerInjected', 0, 'probePrompt', 0, 'probeSampled', 0, 'draftRejected', 0)),
       correct, think + answer, think,
       array_fill(300 + luck % 1000, ARRAY[think]), array_fill(300 + i % 1000, ARRAY[answer])
  FROM (SELECT i, r, luck, 'synthetic-' || i % ${DATASETS} AS dataset, 'item-' || lpad(i::text, 7, '0') AS item,
               (40 + (hashint4(i) & 1048575) % 360 * (10 - $3::int) / 10 + luck % 20) AS think, 8 + luck % 13 AS answer,
               (luck % 50 <> 0 AND ((hashint4(i) & 1048575) + luck) % 100 >= 10 + $3::int) AS correct
          FROM (SELECT i, r, hashint4(i * 64 + r * 8 + $3::int) & 1048575 AS luck
                  FROM generate_series(0, $4::int - 1) AS i, generate_series(0, $5::int - 1) AS r) AS drawn) AS made`;
