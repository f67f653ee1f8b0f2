import { machineProvenance } from '../platform/config/index.js';
import type { BenchDocument, BenchName } from './bench-document.js';
import { requireNotInterrupted, type BenchFindings, type BenchRequest } from './bench-request.js';

type Bench = (request: BenchRequest) => Promise<BenchFindings>;

/** Loaded one by one: the engine's benchmark needs no database. */
const BENCHES: Readonly<Record<BenchName, () => Promise<Bench>>> = {
  engine: async () => (await import('./engine/engine-bench.js')).benchEngine,
  sweep: async () => (await import('./sweep/sweep-bench.js')).benchSweep,
  service: async () => (await import('./service/service-bench.js')).benchService,
  report: async () => (await import('./report/report-bench.js')).benchReport,
};

/** Runs the benchmarks one after the other; each document is handed over as soon as it is there. */
export async function* runBenches(request: BenchRequest): AsyncGenerator<BenchDocument> {
  for (const name of request.names) {
    requireNotInterrupted(request);
    const bench = await BENCHES[name]();
    const { rows, notes } = await bench(request);
    yield {
      bench: name,
      machine: machineProvenance(),
      date: new Date().toISOString().slice(0, 10),
      command: commandOf(name, request),
      rows,
      notes,
    };
  }
}

function commandOf(name: BenchName, { peers, limit, threads }: BenchRequest): string {
  return [
    'laconic bench',
    name,
    ...(peers.length > 0 && name === 'engine' ? [`--peers ${peers.join(' ')}`] : []),
    ...(threads === 1 ? [] : [`--threads ${threads}`]),
    ...(limit === undefined ? [] : [`--limit ${limit}`]),
  ].join(' ');
}
