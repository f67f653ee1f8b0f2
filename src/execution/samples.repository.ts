import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import {
  LaconicError,
  LEDGER_KEYS,
  tokenTotals,
  type ArmTiming,
  type Item,
  type Ledger,
  type SampleEvent,
  type SampleRecord,
  type SampleReplay,
  type TraceMeasures,
} from '../domain/index.js';
import { mean, quantile } from '../statistics/index.js';
import type { PathFigures, SampleFigures, SamplesReader } from './samples-reader.js';
import type { Fence } from './shards.repository.js';
import { recordOf, type StoredRow } from './stored-row.js';

export interface SampleKey {
  readonly arm: string;
  readonly itemNo: number;
  readonly repeat: number;
}

export interface NewSample extends SampleKey {
  readonly record: SampleRecord;
}

export interface NewTiming {
  readonly arm: string;
  readonly itemNo: number;
  readonly tokens: number;
  readonly seconds: number;
}

const PAGE = 1000;
/** Rows without texts are small. */
const FIGURES_PAGE = 20_000;
/** Most samples have no event at all. */
const COUNTED_EVENTS = `CASE WHEN r->'events' <> '[]' THEN jsonb_path_query_array(r->'events', '$[*] ? (@.type == "route")') END`;

/** What a vote's paths answered; their texts and ids stay where they are. */
const PATH_FIGURES = `CASE WHEN r ? 'paths' THEN
                (SELECT jsonb_agg(jsonb_build_object('extracted', p.path->'extracted', 'correct', p.path->'correct') ORDER BY p.place)
                   FROM jsonb_array_elements(r->'paths') WITH ORDINALITY AS p(path, place)) END`;

/** Samples are written once, under the epoch of their shard, and never changed. */
@Injectable()
export class SamplesRepository implements SamplesReader {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Rows that exist already are left as they are. Throws `interrupted` when the lease is lost; nothing is written then. */
  async insert(runId: string, fence: Fence, samples: readonly NewSample[]): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await holdShard(tx, fence);
      const totals = samples.map((sample) => tokenTotals(sample.record.ledger));
      await tx.query(
        `INSERT INTO samples (run_id, shard_id, arm, dataset, item_id, item_no, repeat, record, correct, delivered, think, think_ids, answer_ids)
         SELECT $1, $2, u.arm, u.dataset, u.item_id, u.item_no, u.repeat, u.record::jsonb, u.correct, u.delivered, u.think,
                u.think_ids::int[], u.answer_ids::int[]
           FROM unnest($3::text[], $4::text[], $5::text[], $6::int[], $7::int[], $8::text[], $9::bool[], $10::int[], $11::int[],
                       $12::text[], $13::text[])
             AS u(arm, dataset, item_id, item_no, repeat, record, correct, delivered, think, think_ids, answer_ids)
         ON CONFLICT (run_id, arm, item_no, repeat) DO NOTHING`,
        [
          runId,
          fence.shardId,
          samples.map((sample) => sample.arm),
          samples.map((sample) => sample.record.dataset),
          samples.map((sample) => sample.record.item),
          samples.map((sample) => sample.itemNo),
          samples.map((sample) => sample.repeat),
          samples.map((sample) => storedRecord(sample.record)),
          samples.map((sample) => sample.record.correct),
          totals.map((total) => total.delivered),
          totals.map((total) => total.think),
          samples.map((sample) => idArray(sample.record.thinkIds)),
          samples.map((sample) => idArray(sample.record.answerIds)),
        ],
      );
    });
  }

  async insertTimings(runId: string, fence: Fence, timings: readonly NewTiming[]): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await holdShard(tx, fence);
      for (const timing of timings) {
        await tx.query(
          `INSERT INTO timings (run_id, arm, item_no, tokens, seconds) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (run_id, arm, item_no) DO NOTHING`,
          [runId, timing.arm, timing.itemNo, timing.tokens, timing.seconds],
        );
      }
    });
  }

  async existing(runId: string, itemNos: readonly number[], arms: readonly string[]): Promise<SampleKey[]> {
    return this.dataSource.query<SampleKey[]>(
      `SELECT arm, item_no AS "itemNo", repeat FROM samples WHERE run_id = $1 AND item_no = ANY($2) AND arm = ANY($3)`,
      [runId, itemNos, arms],
    );
  }

  /** Stored samples of some arms and items, whole. */
  async ofItems(runId: string, itemNos: readonly number[], arms: readonly string[]): Promise<NewSample[]> {
    const rows = await this.dataSource.query<(StoredRow & SampleKey)[]>(
      `SELECT arm, item_no AS "itemNo", repeat, record, think_ids, answer_ids FROM samples
        WHERE run_id = $1 AND item_no = ANY($2) AND arm = ANY($3)`,
      [runId, itemNos, arms],
    );
    return rows.map((row) => ({ arm: row.arm, itemNo: row.itemNo, repeat: row.repeat, record: recordOf(row) }));
  }

  /** Items of a run by number; frozen with the run, so a data set that changes later changes nothing here. */
  async items(runId: string, itemNos: readonly number[]): Promise<Map<number, Item>> {
    const rows = await this.dataSource.query<{ item_no: number; content: Item }[]>(
      `SELECT item_no, content FROM run_items WHERE run_id = $1 AND item_no = ANY($2)`,
      [runId, itemNos],
    );
    return new Map(rows.map((row) => [row.item_no, row.content]));
  }

  async *records(runId: string): AsyncIterable<SampleRecord> {
    let after: readonly [string, string, string, number] = ['', '', '', -1];
    for (;;) {
      const rows = await this.dataSource.query<PlacedRow[]>(
        `SELECT arm, dataset, item_id, repeat, record, think_ids, answer_ids FROM samples
          WHERE run_id = $1
            AND (arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat) > ($2, $3, $4, $5::int)
          ORDER BY arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat LIMIT ${PAGE}`,
        [runId, ...after],
      );
      for (const row of rows) yield recordOf(row);
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = [last.arm, last.dataset, last.item_id, last.repeat];
    }
  }

  async *figures(runId: string): AsyncIterable<SampleFigures> {
    let page = this.figuresPage(runId, ['', '', '', -1]);
    for (;;) {
      const rows = await page;
      const last = rows.at(-1);
      const isLast = !last || rows.length < FIGURES_PAGE;
      // The database unpacks the next page while this one is worked on.
      if (!isLast) page = this.figuresPage(runId, [last.arm, last.dataset, last.item, last.repeat]);
      page.catch(() => {}); // awaited above, unless the reader stops before
      for (const row of rows) yield figuresOf(row);
      if (isLast) return;
    }
  }

  /**
   * `record #> '{}'` unpacks a record once, and OFFSET 0 keeps the planner from moving that back into every single arrow,
   * each of which would unpack it again.
   */
  private async figuresPage(
    runId: string,
    after: readonly [string, string, string, number],
  ): Promise<readonly StoredFigures[]> {
    return this.dataSource.query<StoredFigures[]>(
      `SELECT s.arm, s.dataset, s.item_id AS item, s.repeat, s.correct, r->>'cluster' AS cluster, (r->>'level')::int AS level,
              r->>'extracted' AS extracted, r->>'thinkStop' AS "thinkStop", r->>'stopReason' AS "stopReason",
              r->'measures' AS measures, r->'replay' AS replay, ${COUNTED_EVENTS} AS events, ${PATH_FIGURES} AS paths,
              concat_ws(',', ${LEDGER_KEYS.map((key) => `r->'ledger'->>'${key}'`).join(', ')}) AS ledger
         FROM (SELECT arm, dataset, item_id, repeat, correct, record #> '{}' AS r FROM samples
                WHERE run_id = $1
                  AND (arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat) > ($2, $3, $4, $5::int)
                ORDER BY arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat LIMIT ${FIGURES_PAGE} OFFSET 0) AS s
        ORDER BY s.arm COLLATE "C", s.dataset COLLATE "C", s.item_id COLLATE "C", s.repeat`,
      [runId, ...after],
    );
  }

  async *recordsOfEvery(nth: number, runId: string): AsyncIterable<SampleRecord> {
    const rows = await this.dataSource.query<StoredRow[]>(
      `SELECT s.record, s.think_ids, s.answer_ids
         FROM run_items i
        CROSS JOIN (SELECT jsonb_array_elements(suite->'arms')->>'name' AS name FROM runs WHERE id = $1) AS arms
         JOIN samples s ON s.run_id = i.run_id AND s.arm = arms.name AND s.item_no = i.item_no
        WHERE i.run_id = $1 AND i.item_no % $2::int = 0
        ORDER BY s.arm COLLATE "C", s.dataset COLLATE "C", s.item_id COLLATE "C", s.repeat`,
      [runId, nth],
    );
    for (const row of rows) yield recordOf(row);
  }

  async timings(runId: string): Promise<ReadonlyMap<string, ArmTiming>> {
    const rows = await this.dataSource.query<{ arm: string; tokens: string; seconds: number[] }[]>(
      `SELECT arm, sum(tokens) AS tokens, array_agg(seconds ORDER BY item_no) AS seconds FROM timings WHERE run_id = $1 GROUP BY arm`,
      [runId],
    );
    return new Map(rows.map((row) => [row.arm, armTiming(Number(row.tokens), row.seconds)]));
  }
}

interface PlacedRow extends StoredRow {
  arm: string;
  dataset: string;
  item_id: string;
  repeat: number;
}

/** Numbers joined by commas cost a fraction of eight columns or of a JSON object. */
interface StoredFigures extends Omit<SampleFigures, 'ledger' | 'measures' | 'events' | 'paths' | 'replay'> {
  ledger: string;
  measures: TraceMeasures | null;
  replay: SampleReplay | null;
  /** Null where the sample has no events at all. */
  events: readonly SampleEvent[] | null;
  paths: readonly PathFigures[] | null;
}

const NO_EVENTS: readonly SampleEvent[] = [];

function figuresOf({ ledger, measures, events, paths, replay, ...row }: StoredFigures): SampleFigures {
  return {
    ...row,
    ledger: ledgerOf(ledger),
    events: events ?? NO_EVENTS,
    ...(measures && { measures }),
    ...(paths && { paths }),
    ...(replay && { replay }),
  };
}

function ledgerOf(joined: string): Ledger {
  const counts = joined.split(',');
  const at = (index: number): number => Number(counts[index]);
  return {
    prompt: at(0),
    thinkSampled: at(1),
    thinkInjected: at(2),
    answerSampled: at(3),
    answerInjected: at(4),
    probePrompt: at(5),
    probeSampled: at(6),
    draftRejected: at(7),
  };
}

function armTiming(tokens: number, seconds: readonly number[]): ArmTiming {
  const total = seconds.reduce((sum, value) => sum + value, 0);
  return {
    mode: 'isolated',
    items: seconds.length,
    tokensPerSecond: total > 0 ? tokens / total : 0,
    secondsPerItem: { mean: mean(seconds), p50: quantile(seconds, 0.5), p90: quantile(seconds, 0.9) },
  };
}

/** The shard row is held with its epoch until commit, so that closing a run cannot overtake a late insert. */
async function holdShard(tx: EntityManager, fence: Fence): Promise<void> {
  const rows = await tx.query<unknown[]>(
    `SELECT 1 FROM shards WHERE id = $1 AND epoch = $2 AND status = 'leased' FOR SHARE`,
    [fence.shardId, fence.epoch],
  );
  if (rows.length === 0) {
    throw new LaconicError('interrupted', `The lease of shard ${fence.shardId} was lost.`, {
      hint: 'Another worker has taken it over, or the run was cancelled.',
    });
  }
}

/** Ids have columns of their own. What jsonb cannot hold (U+0000, halves of surrogate pairs) becomes U+FFFD. */
function storedRecord(record: SampleRecord): string {
  const { thinkIds: _think, answerIds: _answer, ...rest } = record;
  return JSON.stringify(rest, (_key, value: unknown) =>
    typeof value === 'string' ? value.replaceAll('\0', '\uFFFD').toWellFormed() : value,
  );
}

function idArray(ids: readonly number[]): string {
  return `{${ids.join(',')}}`;
}
