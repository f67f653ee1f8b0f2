import {
  techniqueDefinition,
  type Arm,
  type ArmDependency,
  type Ledger,
  type SampleEvent,
  type SampleRecord,
} from '../domain/index.js';
import type { GenerationTask } from '../inference/index.js';
import { escalatedRecord, keptRecord } from './cascade-samples.js';
import { errorRecords } from './sample-record.js';

/** A call whose sample is made from another arm's. */
export interface SourcedTask extends GenerationTask {
  readonly source: SampleRecord;
}

/** Either what the engine has to do, or the sample, where it has nothing to do. */
export type DependentWork =
  | { readonly kind: 'call'; readonly task: SourcedTask }
  | { readonly kind: 'sample'; readonly record: SampleRecord };

export function dependencyOf({ technique, params }: Arm): ArmDependency | null {
  return techniqueDefinition(technique).traits.dependsOn(params);
}

/** Precondition: one question per call. A source that is missing or ended in an error makes an error that says so. */
export function dependentWork(
  task: GenerationTask,
  dependency: ArmDependency,
  source: SampleRecord | undefined,
): DependentWork {
  if (!source) return failed(task, `the sample of ${dependency.arm} that it is made from is missing`);
  if (source.stopReason === 'error') {
    const why = source.stopDetail ?? 'no reason given';
    return failed(task, `the sample of ${dependency.arm} that it is made from ended in an error: ${why}`);
  }
  switch (dependency.uses) {
    case 'trace':
      return replayWork(task, source);
    case 'answer':
      return cascadeWork(task, source);
  }
}

/** The sample of a finished call, as made by the engine, with what it owes to the sample that it is made from. */
export function dependentRecord({ arm, source }: SourcedTask, made: SampleRecord): SampleRecord {
  const isReplay = dependencyOf(arm)?.uses === 'trace';
  return isReplay ? replayRecord(made, source) : escalatedRecord(arm, made, source);
}

function failed(task: GenerationTask, detail: string): DependentWork {
  const [record] = errorRecords(task, detail);
  return { kind: 'sample', record: record as SampleRecord };
}

function cascadeWork(task: GenerationTask, source: SampleRecord): DependentWork {
  if (!source.certainty) return failed(task, `the sample of ${source.arm} does not say how certain it was`);
  const kept = keptRecord(task.arm, source);
  return kept ? { kind: 'sample', record: kept } : { kind: 'call', task: { ...task, source } };
}

/** Where there was no thinking, no rule can look at it. */
function replayWork(task: GenerationTask, source: SampleRecord): DependentWork {
  if (source.thinkIds.length > 0) return { kind: 'call', task: { ...task, source, trace: source.thinkIds } };
  return { kind: 'sample', record: unchanged(task.arm.name, source, { ledger: source.ledger, events: source.events }) };
}

/** Where the stored thinking was never left, the stored sample stands as it is, but for probes. */
function replayRecord(made: SampleRecord, source: SampleRecord): SampleRecord {
  const replay = { of: source.arm, preparationTokens: source.thinkIds.length };
  const left = made.events.find(({ type }) => type === 'exit' || type === 'forced');
  if (left) return { ...made, events: merged(made, source, left.at), replay };
  const { probePrompt, probeSampled } = made.ledger;
  return unchanged(made.arm, source, {
    ledger: { ...source.ledger, probePrompt, probeSampled },
    events: merged(made, source, Infinity),
  });
}

/** What the stored thinking records of itself belongs to the sample as far as that was followed. */
function merged(made: SampleRecord, source: SampleRecord, end: number): SampleEvent[] {
  const followed = source.events.filter(({ at }) => at < end);
  return [...made.events, ...followed].toSorted((a, b) => a.at - b.at);
}

function unchanged(
  arm: string,
  source: SampleRecord,
  spent: { readonly ledger: Ledger; readonly events: readonly SampleEvent[] },
): SampleRecord {
  return { ...source, ...spent, arm, replay: { of: source.arm, preparationTokens: source.thinkIds.length } };
}
