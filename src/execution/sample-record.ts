import {
  batchAnswers,
  contentHash,
  EMPTY_LEDGER,
  splitLedger,
  techniqueDefinition,
  type Generation,
  type Item,
  type Ledger,
  type SampleGroup,
  type SampleRecord,
} from '../domain/index.js';
import type { FinishedSample, GenerationTask } from '../inference/index.js';
import { grade, measureTrace, NO_POSITIONS } from '../scoring/index.js';

type Finished = Pick<FinishedSample, 'prompt' | 'generation' | 'ends'>;

/**
 * The stored form of a finished call, scored: one sample for each of its questions, in their order. A thinking that
 * several questions share says nothing about one of them, so their samples carry no measures.
 */
export function sampleRecords(task: GenerationTask, finished: Finished): SampleRecord[] {
  const { items } = task;
  const { traits } = techniqueDefinition(task.arm.technique);
  if (traits.batchSize(task.arm.params) === 1) {
    const { generation, ends } = finished;
    return items.map((item) => ({
      ...sampleRecord(task, item, finished),
      measures: measureTrace(generation, item, ends),
    }));
  }
  const shares = sharesOf(items, finished.generation);
  const id = groupId(task);
  return items.map((item, index) => {
    // How certain the model was of a whole call says nothing about one of its questions.
    const { certainty: _ofCall, ...generation } = shares[index] ?? finished.generation;
    const group: SampleGroup = { id, index, size: items.length };
    return { ...sampleRecord(task, item, { prompt: finished.prompt, generation }), group };
  });
}

/** One question's sample without measures. */
export function sampleRecord(
  task: GenerationTask,
  item: Item,
  { prompt, generation }: Pick<Finished, 'prompt' | 'generation'>,
): SampleRecord {
  return {
    arm: task.arm.name,
    dataset: item.dataset,
    item: item.id,
    repeat: task.repeat,
    cluster: item.cluster,
    level: item.level,
    question: item.question,
    prompt,
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
    ...(generation.certainty && { certainty: generation.certainty }),
    ...(generation.progress && { progress: generation.progress.map(thousandths) }),
  };
}

function thousandths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}

/** Each question's own answer, the call's thinking, and its share of the ledger and of the ids, in the questions' order. */
function sharesOf(items: readonly Item[], call: Generation): Generation[] {
  const answers = batchAnswers(call.answer, items.length);
  const ledgers = splitLedger(call.ledger, {
    prompt: items.map((item) => item.question.length),
    answer: answers.map((answer) => answer.length),
  });
  const thinkIds = cut(call.thinkIds, ledgers.map(thinkTokens));
  const answerIds = cut(call.answerIds, ledgers.map(answerTokens));
  return items.map((_item, index) => ({
    ...call,
    answer: answers[index] ?? '',
    ledger: ledgers[index] ?? EMPTY_LEDGER,
    thinkIds: thinkIds[index] ?? [],
    answerIds: answerIds[index] ?? [],
  }));
}

function thinkTokens(ledger: Ledger): number {
  return ledger.thinkSampled + ledger.thinkInjected;
}

function answerTokens(ledger: Ledger): number {
  return ledger.answerSampled + ledger.answerInjected;
}

function cut(ids: readonly number[], lengths: readonly number[]): number[][] {
  let from = 0;
  return lengths.map((length) => ids.slice(from, (from += length)));
}

/** The same call in another run has the same id. */
function groupId({ arm, items, repeat }: GenerationTask): string {
  return contentHash({ arm, items: items.map((item) => item.contentHash), repeat }).slice(0, 16);
}

/** Samples that could not be made; they count as wrong and their run's findings are off. */
export function errorRecords(task: GenerationTask, detail: string): SampleRecord[] {
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
  return sampleRecords(task, { prompt: '', generation, ends: NO_POSITIONS });
}
