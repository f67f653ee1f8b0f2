import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one arm came to on one item; index = repeat. */
export interface RecordedDraws {
  readonly correct: readonly (0 | 1)[];
  readonly delivered: readonly number[];
}

export interface RecordedItem {
  readonly dataset: string;
  readonly item: string;
  readonly arms: Readonly<Record<string, RecordedDraws>>;
}

/** Made by record.ts from a run of suite.yaml. */
export interface Records {
  readonly model: string;
  readonly modelSha256: string;
  readonly suiteSha256: string;
  readonly temperature: number;
  readonly repeats: number;
  /** Of the suite; fewer are recorded where the run was stopped. */
  readonly suiteItems: number;
  readonly items: readonly RecordedItem[];
}

export const RECORDS = join(__dirname, 'records.json');

export function readRecords(): Records {
  return JSON.parse(readFileSync(RECORDS, 'utf8')) as Records;
}

/** Share of right draws of each item, over both seeds. */
export function successRates({ items }: Records, arm: string): Float64Array {
  return Float64Array.from(items, (item) => {
    const draws = [arm, `${arm}-other-seed`].flatMap((name) => item.arms[name]?.correct ?? []);
    return draws.reduce((sum: number, right) => sum + right, 0) / draws.length;
  });
}
