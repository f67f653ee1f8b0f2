import { baseModelOf } from '../../domain/index.js';
import { openContext } from '../../application.js';
import { InferenceService } from '../../inference/index.js';
import { ModelsService } from '../../models/index.js';
import { packagePath } from '../../platform/config/index.js';
import { SuiteFreezer, type Frozen } from '../../runs/index.js';
import { quantile } from '../../statistics/index.js';
import { readSuiteFile } from '../../suites/index.js';
import type { Bar, BenchRow } from '../bench-document.js';
import { requireNotInterrupted, type BenchFindings, type BenchRequest } from '../bench-request.js';
import { roundOrder } from '../interleave.js';
import { atMost, pairedRatio } from '../paired-ratio.js';
import { differences, mostAlike } from './agreement.js';
import { forkDelay } from './fork-steps.js';
import { runArms, runArmsAlone, type ArmRun, type ArmRunSetting } from './arm-run.js';

/** Arms that are alike on more items than that make a sweep look cheaper than it is. */
const TOO_ALIKE = 0.9;
const WAYS = ['baseline', 'sweep', 'naive'] as const;

type Way = (typeof WAYS)[number];
type Passes = Readonly<Record<Way, ArmRun[]>>;

/** All arms in one sweep against the baseline alone, and against every arm run alone. */
export async function benchSweep(request: BenchRequest): Promise<BenchFindings> {
  const { config, log, signal } = request;
  const overrides = { engineThreads: request.threads };
  const { context, foundation } = await openContext({
    scope: { kind: 'run', runId: 'bench' },
    works: true,
    log,
    overrides,
  });
  try {
    const inference = context.get(InferenceService, { strict: false });
    const suite = await readSuiteFile(packagePath('datasets', 'suites', 'sweep.yaml'), {
      set: [],
      arms: [],
      limit: request.limit,
    });
    const { card } = await context.get(ModelsService, { strict: false }).resolve(baseModelOf(suite.model));
    await inference.inspect(card.alias);
    const frozen = await context.get(SuiteFreezer, { strict: false }).freeze({ suite, origin: 'cli' });
    const setting = { inference, frozen, engineProcesses: config.engineProcesses, signal };
    const passes = await measure(request, setting);
    return findings(passes, frozen, request);
  } finally {
    await context.close();
    await foundation.database.release();
  }
}

async function measure(request: BenchRequest, setting: ArmRunSetting): Promise<Passes> {
  const { rounds, log } = request;
  const { arms, against } = setting.frozen.suite;
  const baseline = arms.filter(({ name }) => name === against);
  const ways: Record<Way, () => Promise<ArmRun>> = {
    baseline: async () => runArms(baseline, setting),
    sweep: async () => runArms(arms, setting),
    naive: async () => runArmsAlone(arms, setting),
  };
  const passes: Passes = { baseline: [], sweep: [], naive: [] };
  // Once unmeasured: engines start and weights are mapped.
  await ways.baseline();
  for (let round = 0; round < rounds; round += 1) {
    for (const way of roundOrder(WAYS, round)) {
      requireNotInterrupted(request);
      passes[way].push(await ways[way]());
    }
    log(
      `round ${round + 1} of ${rounds}: ${WAYS.map((way) => `${way} ${passes[way].at(-1)?.seconds.toFixed(1)} s`).join(', ')}`,
    );
  }
  return passes;
}

function findings(passes: Passes, { suite, items, models }: Frozen, request: BenchRequest): BenchFindings {
  const model = models[0]?.resolved.card.alias ?? null;
  const row = (
    name: string,
    peer: Way,
    read: (run: ArmRun) => number,
    [unit, bar]: [string, Bar | null],
  ): BenchRow => ({
    case: name,
    model,
    sequences: request.config.engineStreams,
    threads: request.threads,
    unit,
    peer: peer === 'baseline' ? 'baseline alone' : 'each arm alone',
    ...pairedRatio(passes.sweep.map(read), passes[peer].map(read)),
    bar,
  });
  const rows = [
    row('wall/baseline', 'baseline', (run) => run.seconds, ['s', atMost(2)]),
    row('wall/naive', 'naive', (run) => run.seconds, ['s', null]),
    row('decoded/naive', 'naive', (run) => run.decodedTokens, ['tokens', atMost(0.45)]),
    forkRow(passes, models[0]?.resolved.card.alias ?? null, request),
  ];
  return {
    rows,
    notes: [
      shapeNote(suite.arms.length, items.length, request),
      forkNote(passes),
      ...checks(
        passes,
        suite.arms.map((arm) => arm.name),
      ),
    ],
  };
}

/** A step is compared with the others of its own pass. */
function forkRow({ sweep }: Passes, model: string | null, { config, threads }: BenchRequest): BenchRow {
  const delays = sweep.map(({ steps }) => forkDelay(steps).withFork);
  return {
    case: 'fork-step/p99',
    model,
    sequences: config.engineStreams,
    threads,
    unit: '× median',
    peer: 'median of steps with as many rows',
    ...pairedRatio(
      delays,
      delays.map(() => 1),
    ),
    bar: atMost(2),
  };
}

function forkNote({ sweep }: Passes): string {
  const delays = sweep.map(({ steps }) => forkDelay(steps));
  const share = quantile(
    delays.map(({ forkSteps, steps }) => forkSteps / steps),
    0.5,
  );
  const plain = quantile(
    delays.map(({ without }) => without),
    0.5,
  );
  return `in ${(share * 100).toFixed(0)} % of the sweep's decodes a branch got a KV stream; of the others the 99th percentile is ${plain.toFixed(2)} × the median of steps with as many rows`;
}

function shapeNote(arms: number, items: number, { config }: BenchRequest): string {
  return `${arms} arms × ${items} items, ${config.engineProcesses} engine processes with ${config.engineStreams} streams each`;
}

/** Whether the sweep made what the arms make alone, and whether its arms are worth comparing. */
function checks({ sweep, naive }: Passes, arms: readonly string[]): string[] {
  const last = sweep.at(-1)?.made ?? new Map<string, string>();
  const different = Math.max(
    ...sweep.map((run) => differences(run.made, last)),
    ...naive.map((run) => differences(run.made, last)),
  );
  const alike = mostAlike(arms, last);
  const exact =
    different === 0
      ? `in every repetition each of the ${last.size} samples had the same tokens in the sweep and alone`
      : `NOT EXACT: ${different} of ${last.size} samples differ between the sweep and their arm alone, or between repetitions`;
  if (!alike) return [exact];
  const share = `${(alike.share * 100).toFixed(0)} %`;
  const likeness = `the two arms most alike, ${alike.arms.join(' and ')}, made the same tokens on ${share} of the items`;
  return [exact, alike.share > TOO_ALIKE ? `TOO ALIKE: ${likeness}` : likeness];
}
