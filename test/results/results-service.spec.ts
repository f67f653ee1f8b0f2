import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import type { SampleRecord } from '../../src/domain/index.js';
import { SamplePages, SamplesReader } from '../../src/execution/index.js';
import {
  type ExportFormat,
  type ExportOptions,
  ExportsService,
  resultDifferences,
  ResultsModule,
  ResultsService,
  writeResultFile,
  writeSamplesFile,
} from '../../src/results/index.js';
import { inMemoryReaders, simulatedSamples, someStoredRun, type StoredRunChanges } from '../../src/results/testing.js';
import { RunsReader } from '../../src/runs/index.js';

/** Stands for the runs and execution modules of a process. */
class ReadersModule {
  readonly purpose = 'readers';
}

const RUN = '054f19c7';

function serviceOf(changes: StoredRunChanges = {}, samples: readonly SampleRecord[] = simulatedSamples()) {
  const readers = inMemoryReaders({ stored: someStoredRun(changes), samples });
  const service = new ResultsService(readers.runs, readers.samples, readers.samples);
  return { service, exports: new ExportsService(service, readers.runs, readers.samples), readers };
}

async function exportedText(exports: ExportsService, format: ExportFormat, options?: ExportOptions): Promise<string> {
  const output = exports.export(RUN, format, options);
  if (output.kind !== 'text') throw new Error(`${format} is no text`);
  let text = '';
  for await (const chunk of output.chunks) text += chunk;
  return text;
}

function lines(text: string): SampleRecord[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('ResultsService', () => {
  it('refuses the result of a running run, and gives interim figures without verdicts when asked', async () => {
    const { service } = serviceOf({ status: 'running' });
    await expect(service.result(RUN)).rejects.toMatchObject({ code: 'run-not-finished', where: RUN });
    const interim = await service.result(RUN, { allowInterim: true });
    expect(interim.run.status).toBe('running');
    expect(interim.comparisons.every(({ finding }) => finding === null)).toBe(true);
  });

  it.each(['completed', 'partial', 'failed', 'cancelled'] as const)('gives the result of a %s run', async (status) => {
    const { service } = serviceOf({ status });
    const { comparisons } = await service.result(RUN);
    expect(comparisons.some(({ finding }) => finding !== null)).toBe(status === 'completed');
  });

  it('says which run is unknown', async () => {
    const { service } = serviceOf();
    await expect(service.result('nope')).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(service.samples('nope')).rejects.toMatchObject({ code: 'run-unknown' });
  });

  it('recomputes the same numbers bit for bit', async () => {
    const { service } = serviceOf();
    expect(resultDifferences(await service.result(RUN), await service.recompute(RUN))).toEqual([]);
  });

  it('pages through all samples without a gap or a repetition', async () => {
    const samples = simulatedSamples({ items: 7 });
    const { service } = serviceOf({}, samples);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await service.samples(RUN, { limit: 10, after });
      expect(page.samples.length).toBeLessThanOrEqual(10);
      seen.push(...page.samples.map(({ arm, dataset, item }) => `${arm} ${dataset} ${item}`));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(samples.map(({ arm, dataset, item }) => `${arm} ${dataset} ${item}`));
  });

  it('filters by arm, data set and verdict, keeps the filter over pages, and ends exactly', async () => {
    const samples = simulatedSamples({ items: 30 });
    const { service } = serviceOf({}, samples);
    const query = { arm: 'nothinking', dataset: 'countdown', correct: false };
    const expected = samples.filter(
      (sample) => sample.arm === query.arm && sample.dataset === query.dataset && !sample.correct,
    );
    const first = await service.samples(RUN, { ...query, limit: expected.length - 1 });
    const second = await service.samples(RUN, { ...query, limit: 1, after: first.next ?? '' });
    expect([...first.samples, ...second.samples].map(({ item }) => item)).toEqual(expected.map(({ item }) => item));
    expect(second.next).toBeNull();
  });

  it('reads a page deep in the run, and nothing before it', async () => {
    const { service, readers } = serviceOf({}, simulatedSamples({ items: 200 }));
    const first = await service.samples(RUN, { limit: 1000 });
    const before = readers.samples.reads;
    const deep = await service.samples(RUN, { limit: 5, after: first.next ?? '' });
    expect(deep.samples).toHaveLength(5);
    expect(readers.samples.reads - before).toBe(6);
  });

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 1001 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ after: 'not a cursor' }, 'after'],
    [{ after: Buffer.from('["baseline","arithmetic","a\\u0000",0]').toString('base64url') }, 'after'],
    [{ after: Buffer.from('["baseline","arithmetic","a",99999999999]').toString('base64url') }, 'after'],
    [{ after: Buffer.from('["baseline","arithmetic","missing",0]').toString('base64url') }, 'after'],
  ])('refuses the query %p', async (query, where) => {
    const { service } = serviceOf();
    await expect(service.samples(RUN, query)).rejects.toMatchObject({ code: 'usage', where });
  });

  it('fills in divergence in pages as in the whole export', async () => {
    const { service, exports } = serviceOf();
    const exported = lines(await exportedText(exports, 'jsonl'));
    const page = await service.samples(RUN, { arm: 'nowait', limit: 40 });
    const whole = exported.filter(({ arm }) => arm === 'nowait');
    expect(page.samples.map(({ divergedAt }) => divergedAt)).toEqual(whole.map(({ divergedAt }) => divergedAt));
    expect(whole.some(({ divergedFrom }) => divergedFrom === 'baseline')).toBe(true);
    expect(exported.filter(({ arm }) => arm === 'baseline').every(({ divergedAt }) => divergedAt === null)).toBe(true);
  });

  it('exports every text format with every sample or arm', async () => {
    const { exports } = serviceOf();
    expect((await exportedText(exports, 'csv')).split('\r\n')).toHaveLength(162);
    expect(lines(await exportedText(exports, 'jsonl'))).toHaveLength(160);
    expect(await exportedText(exports, 'md')).toContain('| nowait |');
    expect(await exportedText(exports, 'latex')).toContain('  nowait & ');
    const withIds = lines(await exportedText(exports, 'jsonl', { tokenIds: true }));
    expect(withIds[0]?.thinkIds.length).toBeGreaterThan(0);
  });

  it('writes result.json and samples.jsonl whole, the same bytes each time, and nothing beside them', async () => {
    const { service } = serviceOf();
    const directory = await mkdtemp(join(tmpdir(), 'laconic-results-'));
    try {
      const out = join(directory, 'new', 'folder');
      const write = async (): Promise<string[]> => {
        const paths = [
          await writeResultFile(out, await service.result(RUN)),
          await writeSamplesFile(out, service.allSamples(RUN), { tokenIds: false }),
        ];
        return Promise.all(paths.map((path) => readFile(path, 'utf8')));
      };
      const first = await write();
      expect(await write()).toEqual(first);
      expect((await readdir(out)).toSorted()).toEqual(['result.json', 'samples.jsonl']);
      expect(lines(first[1] ?? '')).toHaveLength(160);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('is put together by its module from the readers', async () => {
    const { readers } = serviceOf();
    const providers = [
      { provide: RunsReader, useValue: readers.runs },
      { provide: SamplesReader, useValue: readers.samples },
      { provide: SamplePages, useValue: readers.samples },
    ];
    const source = { module: ReadersModule, providers, exports: [RunsReader, SamplesReader, SamplePages] };
    const module = await Test.createTestingModule({ imports: [ResultsModule.register([source])] }).compile();
    const result = await module.get(ResultsService).result(RUN);
    expect(result.arms).toHaveLength(4);
    await module.close();
  });
});
