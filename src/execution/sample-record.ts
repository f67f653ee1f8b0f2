import { EMPTY_LEDGER, type Generation, type SampleRecord } from '../domain/index.js';
import type { FinishedSample, GenerationTask } from '../inference/index.js';
import { grade, measureTrace, NO_POSITIONS } from '../scoring/index.js';

/** The stored form of a finished sample, scored. */
export function sampleRecord(task: GenerationTask, finished: FinishedSample): SampleRecord {
  const { arm, item, repeat } = task;
  const { generation } = finished;
  return {
    arm: arm.name,
    dataset: item.dataset,
    item: item.id,
    repeat,
    cluster: item.cluster,
    level: item.level,
    question: item.question,
    prompt: finished.prompt,
    thinking: generation.thinking,
    answer: generation.answer,
    ...grade(generation, item),
    reference: item.answer,
    thinkStop: generation.thinkStop,
    stopReason: generation.stopReason,
    stopDetail: generation.stopDetail,
    ledger: generation.ledger,
    events: generation.events,
    divergedFrom: null,
    divergedAt: null,
    thinkIds: generation.thinkIds,
    answerIds: generation.answerIds,
    measures: measureTrace(generation, item, finished.ends),
  };
}

/** A sample that could not be made; it counts as wrong and its run's findings are off. */
export function errorRecord(task: GenerationTask, detail: string): SampleRecord {
  const generation: Generation = {
    thinking: '',
    answer: '',
    thinkIds: [],
    answerIds: [],
    ledger: EMPTY_LEDGER,
    thinkStop: 'none',
    stopReason: 'error',
    stopDetail: detail,
    events: [],
  };
  return sampleRecord(task, { task: 0, prompt: '', generation, ends: NO_POSITIONS, seconds: 0 });
}
