/**
 * Parquet through hyparquet-writer: MIT, plain JavaScript (0.4 MB, and its reader 0.5 MB), released monthly, written row
 * group by row group. @dsnp/parquetjs brings an AWS client and Thrift along; parquet-wasm wants Arrow tables and a
 * binary of several MB.
 */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import { LEDGER_KEYS, type SampleRecord } from '../../domain/index.js';
import { type Cell, type ColumnKind, SAMPLE_COLUMNS, type SampleColumn } from './sample-columns.js';

/** Key-value pairs for the file's footer. */
export type ParquetMetadata = Readonly<Record<string, string>>;

type BasicType = 'STRING' | 'INT32' | 'DOUBLE' | 'BOOLEAN';

const TYPES: Readonly<Record<ColumnKind, BasicType>> = {
  text: 'STRING',
  integer: 'INT32',
  number: 'DOUBLE',
  boolean: 'BOOLEAN',
};

/** Columns that are never empty. */
const REQUIRED: ReadonlySet<string> = new Set([
  'arm',
  'dataset',
  'item',
  'repeat',
  'correct',
  'prompt',
  'thinking',
  'answer',
]);

/** Least and greatest value of a trace help no reader to skip it. */
const LONG: ReadonlySet<string> = new Set(['question', 'prompt', 'thinking', 'answer', 'events']);

/** The table that csv has, the ledger as it is kept, question and events (as JSON). */
export const PARQUET_COLUMNS: readonly SampleColumn[] = [
  ...SAMPLE_COLUMNS,
  ...LEDGER_KEYS.filter((key) => key !== 'prompt').map((key): SampleColumn => [
    `${key}Tokens`,
    'integer',
    ({ ledger }) => ledger[key],
  ]),
  ['question', 'text', ({ question }) => question],
  ['events', 'text', ({ events }) => JSON.stringify(events)],
];

/** A row group ends with whichever comes first: it is what has to be in memory at once. */
const GROUP_ROWS = 10_000;
const GROUP_CHARACTERS = 16 << 20;

/**
 * The bytes of a Parquet file, one row group after the other; the file is whole only with the last piece. Memory is that
 * of one row group, however many samples there are.
 */
export async function* parquetBytes(
  samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
  metadata: ParquetMetadata,
): AsyncGenerator<Uint8Array> {
  const sink = new ByteWriter();
  const file = new ParquetWriter({
    writer: sink,
    schema: schemaFromColumnData({ columnData: sources(PARQUET_COLUMNS.map(() => [])) }),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    createdBy: 'laconic',
  });
  for await (const columns of rowGroups(samples)) {
    await file.write({ columnData: sources(columns), rowGroupSize: columns[0]?.length ?? 0 });
    yield taken(sink);
  }
  await file.finish();
  yield taken(sink);
}

/** One array per column of PARQUET_COLUMNS; none is empty. */
async function* rowGroups(
  samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
): AsyncGenerator<readonly (readonly Cell[])[]> {
  let columns: Cell[][] = PARQUET_COLUMNS.map(() => []);
  let characters = 0;
  for await (const sample of samples) {
    for (const [index, [, , cell]] of PARQUET_COLUMNS.entries()) {
      const value = cell(sample);
      columns[index]?.push(value);
      if (typeof value === 'string') characters += value.length;
    }
    if (characters < GROUP_CHARACTERS && (columns[0]?.length ?? 0) < GROUP_ROWS) continue;
    yield columns;
    columns = PARQUET_COLUMNS.map(() => []);
    characters = 0;
  }
  if (columns[0]?.length) yield columns;
}

function sources(columns: readonly (readonly Cell[])[]) {
  return PARQUET_COLUMNS.map(([name, kind], index) => ({
    name,
    data: [...(columns[index] ?? [])],
    type: TYPES[kind],
    nullable: !REQUIRED.has(name),
    statistics: !LONG.has(name),
  }));
}

/** What has been written since the last call; offsets in the file go on counting. */
function taken(sink: ByteWriter): Uint8Array {
  const bytes = sink.getBytes().slice();
  sink.index = 0;
  return bytes;
}
