import {
  type Arm,
  type ArmResult,
  type ArmTiming,
  type ComparisonResult,
  type ResultRun,
  type RunResult,
  type SampleRecord,
  techniqueEntry,
} from '../domain/index.js';
import type { StoredRun } from '../runs/index.js';
import { holmAdjusted } from '../statistics/index.js';
import { aggregateArm } from './aggregate.js';
import { ArmColumns, collectColumns, type RunColumns } from './columns.js';
import { compare } from './compare.js';
import { unfairDifference } from './fairness.js';
import { sharedOnly } from './shared-samples.js';

/**
 * result.json of a run. Reads the samples once and keeps their numbers only. Unless the run is completed, figures
 * cover what all arms share and verdicts are off.
 */
export async function assembleResult(
  stored: StoredRun,
  samples: AsyncIterable<SampleRecord> | Iterable<SampleRecord>,
  timings: ReadonlyMap<string, ArmTiming>,
): Promise<RunResult> {
  const collected = await collectColumns(samples);
  const columns = isComplete(stored) ? collected : sharedOnly(collected);
  return {
    schemaVersion: 1,
    run: runOf(stored),
    arms: stored.suite.arms.map((arm) => armResult(arm, stored, { columns, timings })),
    comparisons: comparisonsOf(stored, columns),
    engine: stored.engine,
  };
}

function isComplete(stored: StoredRun): boolean {
  return stored.view.status === 'completed';
}

function runOf({ view, suite, provenance }: StoredRun): ResultRun {
  return {
    id: view.id,
    suite: suite.name,
    suiteSha256: suite.sha256,
    status: view.status,
    startedAt: view.startedAt ?? view.createdAt,
    finishedAt: view.finishedAt,
    provenance,
    against: suite.against,
    nonInferiorityMargin: suite.nonInferiorityMargin,
  };
}

interface Measured {
  readonly columns: RunColumns;
  readonly timings: ReadonlyMap<string, ArmTiming>;
}

function armResult(arm: Arm, stored: StoredRun, { columns, timings }: Measured): ArmResult {
  const { faithfulTo, differences } = techniqueEntry(arm.technique);
  const { name, technique, params, model, sampling } = arm;
  const aggregates = aggregateArm(columnsOfArm(columns, name), datasetNames(stored));
  return {
    name,
    technique,
    params,
    model,
    sampling,
    faithfulTo,
    differences,
    ...aggregates,
    timing: timings.get(name) ?? null,
  };
}

function comparisonsOf(stored: StoredRun, columns: RunColumns): ComparisonResult[] {
  const { suite } = stored;
  const against = suite.arms.find((arm) => arm.name === suite.against);
  if (!against) return [];
  const compared = suite.arms
    .filter((arm) => arm.name !== against.name)
    .flatMap((arm) =>
      compare(columnsOfArm(columns, arm.name), columnsOfArm(columns, against.name), {
        arm: arm.name,
        against: against.name,
        datasets: datasetNames(stored),
        margin: suite.nonInferiorityMargin,
        seed: suite.seed,
        findings: isComplete(stored),
        incomparable: unfairDifference(arm, against),
      }),
    );
  return withHolm(compared);
}

/** Corrects over the arms of each data set, and of `overall`, apart. */
function withHolm(comparisons: readonly ComparisonResult[]): ComparisonResult[] {
  const corrected = new Map<ComparisonResult, number>();
  for (const group of Map.groupBy(comparisons, (comparison) => comparison.dataset).values()) {
    const tested = group.filter((comparison) => comparison.mcnemarP !== null);
    const adjusted = holmAdjusted(tested.map((comparison) => comparison.mcnemarP ?? 1));
    tested.forEach((comparison, index) => corrected.set(comparison, adjusted[index] ?? 1));
  }
  return comparisons.map((comparison) => ({ ...comparison, mcnemarHolmP: corrected.get(comparison) ?? null }));
}

function columnsOfArm(columns: RunColumns, name: string): ArmColumns {
  return columns.arms.get(name) ?? new ArmColumns(columns.items);
}

function datasetNames(stored: StoredRun): string[] {
  return stored.suite.datasets.map((dataset) => dataset.name);
}
