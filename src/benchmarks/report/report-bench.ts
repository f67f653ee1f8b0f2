import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DataSource } from 'typeorm';
import { layFoundation } from '../../application.js';
import { packagePath } from '../../platform/config/index.js';
import { readSuiteFile } from '../../suites/index.js';
import type { BenchRow } from '../bench-document.js';
import { requireNotInterrupted, type BenchFindings, type BenchRequest } from '../bench-request.js';
import { interleaved } from '../interleave.js';
import { atMost, pairedRatio } from '../paired-ratio.js';
import { withScratchHome } from '../scratch-home.js';
import type { ReportMeasurement } from './report-child.js';
import { storeSyntheticRun } from './synthetic-run.js';

/** 8 arms × 31,250 items × 4 repeats. */
const SHAPE = { items: 31_250, repeats: 4 };
const BAR_SECONDS = 30;
const BAR_BYTES = 1e9;

/** Figures and report of a stored run of a million made-up samples. */
export async function benchReport(request: BenchRequest): Promise<BenchFindings> {
  return withScratchHome(request.config.home, async (home) => {
    const foundation = await layFoundation(request.log, { home, databaseUrl: null });
    try {
      const { url } = foundation.database;
      const samples = await fill(url, request);
      const measured = await measure(url, home, request);
      return {
        rows: rowsOf(measured),
        notes: [`${samples.toLocaleString('en')} synthetic samples; each repetition in a process of its own`],
      };
    } finally {
      await foundation.database.release();
    }
  });
}

async function fill(url: string, { limit, log }: BenchRequest): Promise<number> {
  const suite = await readSuiteFile(packagePath('datasets', 'suites', 'sweep.yaml'), { set: [], arms: [] });
  const shape = { ...SHAPE, items: Math.min(SHAPE.items, limit ?? SHAPE.items) };
  const samples = suite.arms.length * shape.items * shape.repeats;
  log(`storing ${samples.toLocaleString('en')} synthetic samples (some minutes)`);
  const database = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    await storeSyntheticRun(database, suite, shape);
  } finally {
    await database.destroy();
  }
  return samples;
}

const KINDS = ['result', 'report'] as const;

type Kind = (typeof KINDS)[number];
type Measured = ReadonlyMap<Kind, readonly ReportMeasurement[]>;

async function measure(url: string, home: string, request: BenchRequest): Promise<Measured> {
  const { rounds, log } = request;
  const all = new Map<Kind, ReportMeasurement[]>(KINDS.map((kind) => [kind, []]));
  const child = packagePath('dist', 'benchmarks', 'report', 'report-child.js');
  const env = { ...process.env, DATABASE_URL: url, LACONIC_HOME: home };
  await interleaved(KINDS, rounds, async (kind, round) => {
    requireNotInterrupted(request);
    const args = [child, kind, join(home, 'report.html')];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const measurement = JSON.parse(stdout) as ReportMeasurement;
    all.get(kind)?.push(measurement);
    log(
      `round ${round + 1}: ${kind} ${measurement.seconds.toFixed(1)} s, ${(measurement.peakBytes / 1e6).toFixed(0)} MB`,
    );
    return measurement.seconds;
  });
  return all;
}

function rowsOf(measured: Measured): BenchRow[] {
  return KINDS.flatMap((kind) => {
    const values = measured.get(kind) ?? [];
    const row = (unit: string, read: (one: ReportMeasurement) => number, bar: number): BenchRow => ({
      case: `${kind}/${unit === 's' ? 'time' : 'memory'}`,
      model: null,
      sequences: null,
      threads: null,
      unit,
      peer: 'the bar',
      ...pairedRatio(
        values.map(read),
        values.map(() => bar),
      ),
      bar: atMost(1),
    });
    return [row('s', (one) => one.seconds, BAR_SECONDS), row('MB', (one) => one.peakBytes / 1e6, BAR_BYTES / 1e6)];
  });
}
