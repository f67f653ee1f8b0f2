import {
  type Arm,
  type ArmResult,
  type ArmTiming,
  type ComparisonResult,
  type ResultRun,
  type RunResult,
  techniqueDefinition,
} from '../domain/index.js';
import type { SampleFigures } from '../execution/index.js';
import type { StoredRun } from '../runs/index.js';
import { mean } from '../statistics/index.js';
import { aggregateArm } from './aggregate.js';
import { budgetCurves } from './budget-curves.js';
import { budgetWarnings } from './budget-guard.js';
import { cascadeFrontiers } from './cascade-frontiers.js';
import { ArmColumns, collectColumns, type RunColumns } from './columns.js';
import { compare, OVERALL, withHolm } from './compare.js';
import { withChecks } from './comparison-checks.js';
import { armEfficiency } from './efficiency-figures.js';
import { type MeasuredArm, unfairDifference } from './fairness.js';
import { accuracyFrontier } from './frontier.js';
import { routeFrontiers } from './route-frontiers.js';
import { armRouting } from './routing.js';
import { ItemTable } from './item-table.js';
import { RepeatedAnswers } from './repeats.js';
import { sharedOnly } from './shared-samples.js';
import { armThinking } from './thinking.js';
import { tokenSkipResult } from './token-skip/index.js';

/**
 * result.json of a run. Reads the samples once and keeps their numbers only. Unless the run is completed, figures
 * cover what all arms share and verdicts are off.
 */
export async function assembleResult(
  stored: StoredRun,
  samples: AsyncIterable<SampleFigures> | Iterable<SampleFigures>,
  timings: ReadonlyMap<string, ArmTiming>,
): Promise<RunResult> {
  const items = new ItemTable();
  const repeated = new RepeatedAnswers(stored.suite.arms, items);
  const collected = await collectColumns(repeated.watch(samples), items);
  const columns = isComplete(stored) ? collected : sharedOnly(collected);
  const frontier = isComplete(stored) ? accuracyFrontier(columns, armNames(stored), stored.suite.seed) : null;
  const frontiers = routeFrontiers(stored.suite.arms, columns);
  const cascades = cascadeFrontiers(stored.suite.arms, columns, stored.suite.seed);
  const tokenSkip = tokenSkipResult(stored.suite.arms, columns, stored.suite.seed);
  return {
    schemaVersion: 1,
    run: runOf(stored),
    arms: stored.suite.arms.map((arm) => ({
      ...armResult(arm, stored, { columns, timings }),
      ...(isComplete(stored) && repeated.of(arm)),
    })),
    comparisons: comparisonsOf(stored, columns),
    engine: stored.engine,
    ...(frontier && { frontier }),
    budgetCurves: budgetCurves(stored.suite.arms, columns),
    ...(frontiers.length > 0 && { routeFrontiers: frontiers }),
    ...(cascades.length > 0 && { cascades }),
    ...(tokenSkip && { tokenSkip }),
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
  const { entry, longerWay } = techniqueDefinition(arm.technique);
  const { faithfulTo, differences } = entry;
  const { name, technique, params, model, adapters, sampling } = arm;
  const ofArm = columnsOfArm(columns, name);
  const aggregates = aggregateArm(ofArm, datasetNames(stored));
  const routing = longerWay && armRouting(ofArm, longerWay);
  return {
    name,
    technique,
    params,
    model,
    ...(adapters && { adapters }),
    sampling,
    faithfulTo,
    differences,
    ...aggregates,
    timing: timings.get(name) ?? null,
    thinking: armThinking(ofArm),
    efficiency: armEfficiency(ofArm),
    ...replayOf(arm, ofArm),
    ...(routing && { routing }),
  };
}

function replayOf({ technique, params }: Arm, columns: ArmColumns): Pick<ArmResult, 'replay'> {
  const dependency = techniqueDefinition(technique).traits.dependsOn(params);
  if (dependency?.uses !== 'trace') return {};
  return { replay: { of: dependency.arm, preparationTokens: mean(columns.column('preparation')) } };
}

function comparisonsOf(stored: StoredRun, columns: RunColumns): ComparisonResult[] {
  const { suite } = stored;
  const against = suite.arms.find((arm) => arm.name === suite.against);
  if (!against) return [];
  const other = { arm: against, columns: columnsOfArm(columns, against.name) };
  const compared = suite.arms
    .filter((arm) => arm.name !== against.name)
    .flatMap((arm) => guarded(stored, { arm, columns: columnsOfArm(columns, arm.name) }, other));
  return withHolm(compared);
}

function guarded(stored: StoredRun, own: MeasuredArm, other: MeasuredArm): ComparisonResult[] {
  const { suite } = stored;
  const margin = suite.nonInferiorityMargin;
  const modelOf = (arm: Arm) => stored.provenance.models.find(({ alias }) => alias === arm.model);
  const compared = compare(own.columns, other.columns, {
    arm: own.arm.name,
    against: other.arm.name,
    datasets: datasetNames(stored),
    margin,
    seed: suite.seed,
    findings: isComplete(stored),
    incomparable: unfairDifference(own, other),
  });
  const columns = { arm: own.columns, against: other.columns };
  const comparisons = withChecks(compared, { ...columns, own: modelOf(own.arm), other: modelOf(other.arm) });
  if (!isComplete(stored)) return comparisons;
  return comparisons.map((comparison) =>
    comparison.dataset === OVERALL
      ? { ...comparison, warnings: budgetWarnings({ own, other, comparison, margin }) }
      : comparison,
  );
}

function columnsOfArm(columns: RunColumns, name: string): ArmColumns {
  return columns.arms.get(name) ?? new ArmColumns(columns.items);
}

function armNames(stored: StoredRun): string[] {
  return stored.suite.arms.map((arm) => arm.name);
}

function datasetNames(stored: StoredRun): string[] {
  return stored.suite.datasets.map((dataset) => dataset.name);
}
