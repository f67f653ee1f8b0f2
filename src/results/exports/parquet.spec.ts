import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { tokenTotals, type SampleRecord } from '../../domain/index.js';
import { ATTACK_STRINGS } from '../../reporting/testing/attack-strings.js';
import { sampleBuilder, simulatedSamples } from '../testing.js';
import { PARQUET_COLUMNS, parquetBytes } from './parquet.js';

async function fileOf(samples: Iterable<SampleRecord>, metadata = {}): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of parquetBytes(samples, metadata)) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces)).buffer;
}

const rowsOf = async (file: ArrayBuffer): Promise<Record<string, unknown>[]> => parquetReadObjects({ file });

describe('parquet', () => {
  it('gives every sample back, column by column, to the reader of the library', async () => {
    const samples = simulatedSamples({ items: 12 });
    const rows = await rowsOf(await fileOf(samples));
    expect(rows).toEqual(
      samples.map((sample) => Object.fromEntries(PARQUET_COLUMNS.map(([name, , cell]) => [name, cell(sample)]))),
    );
  });

  it('has the columns of the ledger, whose sums are those of the contract', async () => {
    const sample = sampleBuilder({ ledger: { thinkInjected: 2, probePrompt: 4, probeSampled: 1, draftRejected: 3 } });
    const [row = {}] = await rowsOf(await fileOf([sample]));
    expect(row).toMatchObject({
      promptTokens: 24,
      thinkSampledTokens: 120,
      thinkInjectedTokens: 2,
      probePromptTokens: 4,
      draftRejectedTokens: 3,
      totalTokens: tokenTotals(sample.ledger).total,
    });
  });

  it('carries its metadata, and types that do not depend on the data', async () => {
    const metadata = parquetMetadata(await fileOf([], { 'laconic.run': '{"id":"054f19c7"}' }));
    expect(metadata.key_value_metadata).toContainEqual({ key: 'laconic.run', value: '{"id":"054f19c7"}' });
    expect(metadata.num_rows).toBe(0n);
    const types = Object.fromEntries(metadata.schema.slice(1).map(({ name, type }) => [name, type]));
    expect(types).toMatchObject({ arm: 'BYTE_ARRAY', correct: 'BOOLEAN', thinkTokens: 'INT32', convergedAt: 'DOUBLE' });
  });

  it('is written in row groups, so that memory does not grow with the number of samples', async () => {
    const sample = sampleBuilder({ thinking: 'x'.repeat(1 << 20) });
    const file = await fileOf(Array.from({ length: 40 }, (_unused, repeat) => ({ ...sample, repeat })));
    const groups = parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows));
    expect(groups.length).toBeGreaterThan(2);
    expect(Math.max(...groups)).toBeLessThan(20);
    expect((await rowsOf(file)).map(({ repeat }) => repeat)).toEqual(
      Array.from({ length: 40 }, (_unused, each) => each),
    );
  });

  it('keeps hostile text as text, but for halves of characters', async () => {
    const samples = ATTACK_STRINGS.map((attack) => sampleBuilder({ arm: attack, thinking: attack, extracted: attack }));
    const rows = await rowsOf(await fileOf(samples));
    expect(rows.map(({ arm, thinking, extracted }) => [arm, thinking, extracted])).toEqual(
      ATTACK_STRINGS.map((attack) => Array.from({ length: 3 }, () => attack.toWellFormed())),
    );
  });
});
