import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LaconicError, type RunResult, type SampleRecord } from '../domain/index.js';
import type { ReportInput } from './report-input.js';
import { ReportSource } from './report-source.js';
import { ReportingService } from './reporting.service.js';
import { syntheticRun } from './testing/synthetic-run.js';

class MemorySource extends ReportSource {
  constructor(private readonly run: ReportInput) {
    super();
  }

  override async result(runId: string): Promise<RunResult> {
    if (runId === this.run.result.run.id) return this.run.result;
    throw new LaconicError('run-unknown', `There is no run ${runId}.`, { hint: 'See `laconic runs ls`.' });
  }

  override async *samples(): AsyncIterable<SampleRecord> {
    yield* this.run.samples;
  }

  override async *samplesOfEvery(nth: number): AsyncIterable<SampleRecord> {
    const items = [...new Set(this.run.samples.map((sample) => sample.item))].filter((_, index) => index % nth === 0);
    yield* this.run.samples.filter((sample) => items.includes(sample.item));
  }
}

describe('ReportingService', () => {
  const run = syntheticRun({ items: 2 });
  const service = new ReportingService(new MemorySource(run));
  let directory = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'laconic-reporting-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('shows some items of a run that is too large for a page, and says so', async () => {
    const large = {
      ...run.result,
      arms: run.result.arms.map((arm) => ({ ...arm, overall: { ...arm.overall, samples: 6000 } })),
    };
    const html = await new ReportingService(new MemorySource({ ...run, result: large })).render(run.result.run.id);
    expect(html).toContain('figures that need every single sample are left out');
    expect(await service.render(run.result.run.id)).not.toContain('every single sample');
  });

  it('writes the page of a run with the kinds of its techniques', async () => {
    const path = join(directory, 'new', 'report.html');
    await service.writeReport(run.result.run.id, path);
    const html = await readFile(path, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('class="arm k-suppress" title="nowait"');
    expect(html).toContain('href="samples.jsonl"');
  });

  it('links to where the caller says that the data is', async () => {
    const html = await service.render(run.result.run.id, { result: '/api/v1/runs/7/result', samples: null });
    expect(html).toContain('href="/api/v1/runs/7/result"');
    expect(html).not.toContain('href="samples.jsonl"');
  });

  it('keeps the old report and leaves nothing behind when the run is unknown', async () => {
    const path = join(directory, 'report.html');
    await writeFile(path, 'old');
    await expect(service.writeReport('nothing', path)).rejects.toMatchObject({ code: 'run-unknown' });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['report.html']);
  });

  it('says what to do when the report cannot be written', async () => {
    const blocked = join(directory, 'file');
    await writeFile(blocked, '');
    await expect(service.writeReport(run.result.run.id, join(blocked, 'report.html'))).rejects.toMatchObject({
      code: 'output-failed',
    });
  });
});
