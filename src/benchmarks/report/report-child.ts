import { resourceUsage } from 'node:process';
import { openContext } from '../../application.js';
import { ReportingService } from '../../reporting/index.js';
import { ResultsService } from '../../results/index.js';
import { SYNTHETIC_RUN } from './synthetic-run.js';

/** What one process came to; printed as one line. */
export interface ReportMeasurement {
  readonly seconds: number;
  readonly peakBytes: number;
}

/**
 * A process of its own per repetition, so that peak memory is that of one report. Usage: report-child.js result|report FILE.
 */
async function main(what: string, file: string): Promise<void> {
  const { context, foundation } = await openContext({ scope: { kind: 'service' }, works: false, log: () => {} });
  const start = performance.now();
  if (what === 'report') await context.get(ReportingService, { strict: false }).writeReport(SYNTHETIC_RUN, file);
  else await context.get(ResultsService, { strict: false }).result(SYNTHETIC_RUN);
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(`${JSON.stringify({ seconds, peakBytes: resourceUsage().maxRSS * 1024 })}\n`);
  await context.close();
  await foundation.database.release();
}

await main(process.argv[2] ?? 'report', process.argv[3] ?? '');
