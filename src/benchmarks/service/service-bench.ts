import type { SuiteInput } from '../../domain/index.js';
import { packagePath } from '../../platform/config/index.js';
import { readSuiteFile } from '../../suites/index.js';
import type { BenchRow } from '../bench-document.js';
import type { BenchFindings, BenchRequest } from '../bench-request.js';
import { atMost, pairedRatio } from '../paired-ratio.js';
import { withScratchHome } from '../scratch-home.js';
import { latencyOf, type Latency } from './latency.js';
import { ServedLaconic } from './served.js';

/** Of each data set; short runs would count their beginning and end too heavily, long ones take long. */
const ITEMS = 8;

interface Round {
  readonly wallSeconds: number;
  readonly engineSeconds: number;
  readonly idle: Latency;
  readonly busy: Latency;
}

/** What a run costs beside its engine time, and how the API answers meanwhile. */
export async function benchService(request: BenchRequest): Promise<BenchFindings> {
  const suite = await readSuiteFile(packagePath('datasets', 'suites', 'full.yaml'), {
    set: ['timing.items=0'],
    arms: [],
    limit: request.limit ?? ITEMS,
  });
  return withScratchHome(request.config.home, async (home) => {
    const service = await ServedLaconic.start(home);
    try {
      // Once unmeasured: engines start and weights are mapped.
      await service.run({ ...suite, arms: suite.arms.slice(0, 1) }, request.signal);
      const rounds: Round[] = [];
      while (rounds.length < request.rounds) {
        const round = await measure(service, suite, request.signal);
        rounds.push(round);
        request.log(
          `round ${rounds.length}: run ${round.wallSeconds.toFixed(1)} s, p99 ${round.busy.p99.toFixed(0)} ms`,
        );
      }
      return {
        rows: rowsOf(rounds),
        notes: [`suite full, at most ${request.limit ?? ITEMS} items of each data set, started over REST`],
      };
    } finally {
      await service.stop();
    }
  });
}

async function measure(service: ServedLaconic, suite: SuiteInput, signal: AbortSignal): Promise<Round> {
  const { engine, run } = await service.run(suite, signal);
  const paths = [
    '/api/v1/runs?limit=20',
    `/api/v1/runs/${run.id}`,
    `/api/v1/runs/${run.id}/samples?limit=20`,
    '/api/v1/techniques',
  ];
  const ask = async (path: string): Promise<unknown> => service.get(path);
  const idle = await latencyOf(ask, paths, () => true);
  let finished = false;
  const evaluation = service.run(suite, signal).finally(() => (finished = true));
  const [busy] = await Promise.all([latencyOf(ask, paths, () => finished), evaluation]);
  return { wallSeconds: engine.wallSeconds, engineSeconds: engine.engineSeconds, idle, busy };
}

function rowsOf(rounds: readonly Round[]): BenchRow[] {
  const column = (read: (round: Round) => number): number[] => rounds.map(read);
  const wall = [column((one) => one.wallSeconds), column((one) => one.engineSeconds)] as const;
  const p50 = [column((one) => one.busy.p50), column((one) => one.idle.p50)] as const;
  const p99 = [column((one) => one.busy.p99), column((one) => one.idle.p99)] as const;
  return [
    {
      case: 'wall/engine',
      unit: 's',
      peer: 'engine time',
      ...WHOLE_SERVICE,
      ...pairedRatio(...wall),
      bar: atMost(1.03),
    },
    { case: 'api/p50', unit: 'ms', peer: 'idle service', ...WHOLE_SERVICE, ...pairedRatio(...p50), bar: null },
    { case: 'api/p99', unit: 'ms', peer: 'idle service', ...WHOLE_SERVICE, ...pairedRatio(...p99), bar: null },
  ];
}

const WHOLE_SERVICE = { model: null, sequences: null, threads: null } as const;
