import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { SampleRecord } from '../domain/index.js';
import type { SamplePages, SamplePlace, SamplesWanted } from './sample-pages.js';
import { recordOf, type StoredRow } from './stored-row.js';

/** Before every sample. */
const BEGINNING: SamplePlace = { arm: '', dataset: '', item: '', repeat: -1 };

/** Both queries go along the index `samples_sorted`. */
@Injectable()
export class SamplePagesRepository implements SamplePages {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async page(runId: string, { arm, dataset, correct, after, limit }: SamplesWanted): Promise<SampleRecord[]> {
    const from = after ?? BEGINNING;
    const values: unknown[] = [runId, from.arm, from.dataset, from.item, from.repeat, limit];
    // Conditions only where there is something to compare with: `$7 IS NULL OR …` would not go along the index.
    const filters = [
      ['arm COLLATE "C"', arm],
      ['dataset COLLATE "C"', dataset],
      ['correct', correct],
    ].filter(([, value]) => value !== undefined);
    const conditions = filters.map(([column, value]) => ` AND ${String(column)} = $${values.push(value)}`);
    const rows = await this.dataSource.query<StoredRow[]>(
      `SELECT record, think_ids, answer_ids FROM samples
        WHERE run_id = $1
          AND (arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat) > ($2, $3, $4, $5::int)${conditions.join('')}
        ORDER BY arm COLLATE "C", dataset COLLATE "C", item_id COLLATE "C", repeat LIMIT $6`,
      values,
    );
    return rows.map(recordOf);
  }

  async at(runId: string, places: readonly SamplePlace[]): Promise<SampleRecord[]> {
    const rows = await this.dataSource.query<StoredRow[]>(
      `SELECT s.record, s.think_ids, s.answer_ids
         FROM unnest($2::text[], $3::text[], $4::text[], $5::int[]) AS p(arm, dataset, item_id, repeat)
         JOIN samples s ON s.run_id = $1 AND s.arm COLLATE "C" = p.arm AND s.dataset COLLATE "C" = p.dataset
                       AND s.item_id COLLATE "C" = p.item_id AND s.repeat = p.repeat`,
      [
        runId,
        places.map((place) => place.arm),
        places.map((place) => place.dataset),
        places.map((place) => place.item),
        places.map((place) => place.repeat),
      ],
    );
    return rows.map(recordOf);
  }
}
