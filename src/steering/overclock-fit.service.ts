import { Injectable } from '@nestjs/common';
import { LaconicError, type Arm, type Item, type SampleRecord, type SteeringVector } from '../domain/index.js';
import { DatasetsService, evaluationItemRefused, requireCalibrationItems } from '../datasets/index.js';
import { InferenceService, type KnownCall } from '../inference/index.js';
import { ModelsService } from '../models/index.js';
import { ResultsService } from '../results/index.js';
import { baselineArm, RunsReader, type StoredRun } from '../runs/index.js';
import { foldsOf, hasWholeThinking, progressTargets } from './progress-rows.js';
import { crossValidatedRidge, RegressionSums } from './ridge.js';

export interface FitRequest {
  readonly runId: string;
  /** A baseline arm of that run. */
  readonly arm: string;
  readonly ridge: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

const FOLDS = 5;
/** Enough for a direction; what follows would only be another machine's rounding. */
const DIGITS = 6;

interface Call extends KnownCall {
  readonly item: Item;
}

/** Reads the thinking of a baseline run on calibration items once more, and fits how far along its tokens are. */
@Injectable()
export class OverclockFit {
  constructor(
    private readonly runs: RunsReader,
    private readonly results: ResultsService,
    private readonly datasets: DatasetsService,
    private readonly models: ModelsService,
    private readonly inference: InferenceService,
  ) {}

  /** Throws `evaluation-items-refused` naming an item that is none to calibrate on, and `usage` for another arm. */
  async fit(request: FitRequest): Promise<SteeringVector> {
    const stored = await this.runs.stored(request.runId);
    const { arm, model } = baselineArm(stored, request.arm);
    const { think } = (await this.models.get(model.alias)).card;
    if (think === null) throw unusable(request, `its model ${model.alias} does not mark its thinking`);
    const calls = await this.calls(stored, arm);
    const items = [...new Set(calls.map(({ item }) => item))];
    if (items.length < FOLDS) throw unusable(request, `only ${items.length} of its items have a whole thinking`);
    const itemSetSha256 = requireCalibrationItems(items);
    const rows = new StateRows(items, request.seed);
    await this.inference.readStates(model, calls, {
      signal: request.signal,
      take: (index, states) => rows.add(calls[index] as Call, states, think.openedByPrompt),
    });
    const { probe, r2, heldOutR2 } = crossValidatedRidge(rows.folds, request.ridge);
    return {
      schemaVersion: 1,
      technique: 'overclock',
      model: { alias: model.alias, sha256: model.sha256 },
      states: 'final-norm',
      direction: probe.direction.map(rounded),
      intercept: rounded(probe.intercept),
      stateLength: rounded(rows.meanLength),
      fit: {
        ridge: request.ridge,
        items: items.length,
        itemSetSha256,
        samples: calls.length,
        tokens: rows.count,
        folds: FOLDS,
        seed: request.seed,
        r2: rounded(r2),
        heldOutR2: rounded(heldOutR2),
      },
    };
  }

  /** The arm's samples with a whole thinking, in the order of samples.jsonl. */
  private async calls({ view, suite }: StoredRun, arm: Arm): Promise<Call[]> {
    const calibration = new Map<string, Item>();
    for (const { name } of suite.datasets) {
      const { items } = await this.datasets.load({ name, split: 'calibration' });
      for (const item of items) calibration.set(keyOf(item.dataset, item.id), item);
    }
    const calls: Call[] = [];
    for await (const sample of this.results.allSamples(view.id)) {
      if (sample.arm !== arm.name) continue;
      const item = calibrationItem(calibration, sample);
      if (!hasWholeThinking(sample)) continue;
      calls.push({ item, task: { arm, items: [item], repeat: sample.repeat }, ids: sample.thinkIds });
    }
    return calls;
  }
}

/** The rows by fold, and what is known of their states. */
class StateRows {
  folds: RegressionSums[] = [];
  private lengths = 0;
  private readonly foldOf: ReadonlyMap<Item, number>;

  constructor(items: readonly Item[], seed: number) {
    this.foldOf = foldsOf(items, FOLDS, seed);
  }

  get count(): number {
    return this.folds.reduce((sum, fold) => sum + fold.count, 0);
  }

  get meanLength(): number {
    return this.lengths / this.count;
  }

  /** `states`: (ids, width). */
  add({ item, ids }: Call, states: Float32Array, openedByPrompt: boolean): void {
    const width = states.length / ids.length;
    if (this.folds.length === 0) this.folds = Array.from({ length: FOLDS }, () => new RegressionSums(width));
    const fold = this.folds[this.foldOf.get(item) ?? 0] as RegressionSums;
    for (const { token, progress } of progressTargets(ids.length, openedByPrompt)) {
      const state = states.subarray(token * width, (token + 1) * width);
      fold.add(state, progress);
      this.lengths += Math.hypot(...state);
    }
  }
}

function calibrationItem(calibration: ReadonlyMap<string, Item>, sample: SampleRecord): Item {
  const item = calibration.get(keyOf(sample.dataset, sample.item));
  if (item?.question === sample.question) return item;
  throw evaluationItemRefused({ dataset: sample.dataset, id: sample.item });
}

function keyOf(dataset: string, id: string): string {
  return JSON.stringify([dataset, id]);
}

function unusable({ runId }: FitRequest, why: string): LaconicError {
  return new LaconicError('usage', `Nothing can be fitted on run ${runId}: ${why}.`, {
    hint: 'Run datasets/suites/calibration.yaml, or a suite like it.',
    where: runId,
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
