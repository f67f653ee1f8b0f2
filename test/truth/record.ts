import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult, SampleRecord } from '../../src/domain/index.js';
import { tokenTotals } from '../../src/domain/ledger.js';
import { type RecordedDraws, RECORDS, type Records } from './records.js';

/**
 * `run-typescript.cjs record.ts <folder>` writes records.json from the result.json and samples.jsonl of a run of suite.yaml.
 * Of a run that was stopped, the items count that every arm has all repeats of.
 */
function main(folder: string): void {
  const result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult;
  const lines = readFileSync(join(folder, 'samples.jsonl'), 'utf8').trimEnd().split('\n');
  writeFileSync(
    RECORDS,
    text(
      recordsOf(
        result,
        lines.map((line) => JSON.parse(line) as SampleRecord),
      ),
    ),
  );
}

function recordsOf({ run, arms }: RunResult, samples: readonly SampleRecord[]): Records {
  const [model] = run.provenance.models;
  const repeats = arms[0]?.sampling.repeats ?? 0;
  const items = [...Map.groupBy(samples, ({ dataset, item }) => `${dataset} ${item}`).values()];
  const whole = items.filter((ofItem) => ofItem.length === arms.length * repeats);
  if (whole.length === 0) throw new Error(`run ${run.id} has no item that every arm has all repeats of`);
  return {
    model: model?.alias ?? '',
    modelSha256: model?.sha256 ?? '',
    suiteSha256: run.suiteSha256,
    temperature: arms[0]?.sampling.temperature ?? Number.NaN,
    repeats,
    suiteItems: run.provenance.datasets.reduce((sum, dataset) => sum + dataset.items, 0),
    items: whole.map((ofItem) => ({
      dataset: ofItem[0]?.dataset ?? '',
      item: ofItem[0]?.item ?? '',
      arms: Object.fromEntries(arms.map(({ name }) => [name, drawsOf(ofItem.filter(({ arm }) => arm === name))])),
    })),
  };
}

function drawsOf(samples: readonly SampleRecord[]): RecordedDraws {
  const sorted = samples.toSorted((a, b) => a.repeat - b.repeat);
  return {
    correct: sorted.map(({ correct }) => (correct ? 1 : 0)),
    delivered: sorted.map(({ ledger }) => tokenTotals(ledger).delivered),
  };
}

/** One line per item. */
function text({ items, ...head }: Records): string {
  const rows = items.map((item) => `  ${JSON.stringify(item)}`).join(',\n');
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "items": [\n${rows}\n ]\n}\n`;
}

main(process.argv[2] ?? '');
