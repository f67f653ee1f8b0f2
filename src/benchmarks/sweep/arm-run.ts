import { sha256Hex, type Arm } from '../../domain/index.js';
import type { EngineStep, GenerationTask, InferenceService } from '../../inference/index.js';
import { planShards } from '../../planning/index.js';
import { modelProvenance, type Frozen } from '../../runs/index.js';

/** What one pass over the items came to. */
export interface ArmRun {
  readonly seconds: number;
  readonly decodedTokens: number;
  /** Hash of the token ids by arm, item and repeat. */
  readonly made: ReadonlyMap<string, string>;
  /** Of all engine processes. */
  readonly steps: readonly EngineStep[];
}

export interface ArmRunSetting {
  readonly inference: InferenceService;
  readonly frozen: Frozen;
  readonly engineProcesses: number;
  readonly signal: AbortSignal;
}

/** Makes the samples of `arms` as a run does: the same shards, all of them at once, through the engine processes. */
export async function runArms(arms: readonly Arm[], setting: ArmRunSetting): Promise<ArmRun> {
  const { inference, frozen, engineProcesses, signal } = setting;
  const suite = { ...frozen.suite, arms, timingItems: 0 };
  const { shards } = planShards({ runId: 'bench', suite, items: frozen.items, engineProcesses });
  const made = new Map<string, string>();
  const steps: EngineStep[] = [];
  let decodedTokens = 0;
  const start = performance.now();
  await Promise.all(
    shards.map(async ({ model, itemNos, arms: names }) => {
      const tasks = tasksOf(
        arms.filter(({ name }) => names.includes(name)),
        itemNos,
        frozen,
      );
      await inference.generate(modelOf(model, frozen), tasks, {
        tenancy: 'shared',
        recordSteps: true,
        signal,
        onSpent: (counters) => {
          decodedTokens += counters.decodedTokens;
          steps.push(...(counters.steps ?? []));
        },
        onSamples: (samples) => {
          for (const { task, generation } of samples) {
            const { thinkIds, answerIds } = generation;
            made.set(keyOf(task), sha256Hex(`${thinkIds.join()};${answerIds.join()}`));
          }
          return [];
        },
      });
    }),
  );
  return { seconds: (performance.now() - start) / 1000, decodedTokens, made, steps };
}

/** The arms one after the other, nothing shared between them. */
export async function runArmsAlone(arms: readonly Arm[], setting: ArmRunSetting): Promise<ArmRun> {
  const runs: ArmRun[] = [];
  for (const arm of arms) runs.push(await runArms([arm], setting));
  const sum = (read: (run: ArmRun) => number): number => runs.reduce((total, run) => total + read(run), 0);
  return {
    seconds: sum((run) => run.seconds),
    decodedTokens: sum((run) => run.decodedTokens),
    made: new Map(runs.flatMap(({ made }) => [...made])),
    steps: runs.flatMap(({ steps }) => steps),
  };
}

/** Item-major, as shards are worked on; the suite asks one question a call. */
function tasksOf(arms: readonly Arm[], itemNos: readonly number[], { items }: Frozen): GenerationTask[] {
  return itemNos.flatMap((itemNo) =>
    arms.flatMap((arm) =>
      Array.from({ length: arm.sampling.repeats }, (_, repeat): GenerationTask => {
        const item = items[itemNo];
        if (!item) throw new RangeError(`there is no item ${itemNo}`);
        return { arm, items: [item], repeat };
      }),
    ),
  );
}

function keyOf({ arm, items, repeat }: GenerationTask): string {
  return JSON.stringify([arm.name, items.map(({ dataset, id }) => [dataset, id]), repeat]);
}

function modelOf(alias: string, { models }: Frozen): ReturnType<typeof modelProvenance> {
  const found = models.find(({ resolved }) => resolved.card.alias === alias);
  if (!found) throw new RangeError(`there is no model ${alias}`);
  return modelProvenance(found);
}
