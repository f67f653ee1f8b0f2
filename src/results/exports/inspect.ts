/**
 * Logs of Inspect AI in its JSON form, version 2, one per arm and data set: `inspect view --log-dir <folder>` shows them.
 * The arm's technique stands for the solver; what Inspect has no field for is metadata.
 */
import { createHash } from 'node:crypto';
import { type Arm, type RunStatus, type SampleRecord, type StopReason, tokenTotals } from '../../domain/index.js';
import type { StoredRun } from '../../runs/index.js';
import type { ExportFile, ExportSource } from './export-file.js';
import { fileNames, fileTime } from './file-names.js';
import type { TaskTally } from './tally.js';
import { tasksOf } from './tasks.js';
import { transportJson } from './transport-json.js';

const SCORER = 'laconic';

/** One log after the other, each with its samples streamed. */
export async function* inspectFiles({ stored, tally, samples }: ExportSource): AsyncGenerator<ExportFile> {
  const time = fileTime(stored.view.finishedAt ?? stored.view.createdAt);
  const arms = fileNames(tally.keys());
  const datasets = fileNames([...tally.values()].flatMap((tasks) => [...tasks.keys()]));
  for await (const { arm: name, dataset, samples: ofTask } of tasksOf(samples)) {
    const arm = stored.suite.arms.find((each) => each.name === name);
    const figures = tally.get(name)?.get(dataset);
    if (!arm || !figures) continue;
    const id = identifier(stored.view.id, name, dataset);
    const chunks = logText(logHead({ stored, arm, dataset, figures, id }), ofTask, arm);
    yield { path: `${time}_${datasets.get(dataset)}-${arms.get(name)}_${id}.json`, chunks };
  }
}

/** The head comes first and `samples` last, so that readers of heads need not read on. */
async function* logText(head: object, samples: AsyncIterable<SampleRecord>, arm: Arm): AsyncGenerator<string> {
  yield `${transportJson(head).slice(0, -1)},"samples":[`;
  let separator = '\n';
  for await (const sample of samples) {
    yield `${separator}${transportJson(sampleOf(sample, arm))}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

interface HeadInput {
  readonly stored: StoredRun;
  readonly arm: Arm;
  readonly dataset: string;
  readonly figures: TaskTally;
  readonly id: string;
}

function logHead(input: HeadInput): object {
  const { view } = input.stored;
  const status = statusOf(view.status);
  const { arm, figures } = input;
  const { prompt, delivered, think, total } = figures.tokens;
  const reason = view.reason ?? `The run is ${view.status}.`;
  return {
    version: 2,
    status,
    eval: evalOf(input),
    plan: { name: 'plan', steps: [{ solver: arm.technique, params: arm.params }], config: generateConfig(arm) },
    results: resultsOf(figures, arm),
    stats: {
      started_at: view.startedAt ?? view.createdAt,
      completed_at: view.finishedAt ?? '',
      model_usage: { [modelOf(arm)]: usage(prompt, delivered, think, total) },
    },
    ...(status === 'error' && { error: errorOf(reason) }),
  };
}

function evalOf({ stored, arm, dataset, figures, id }: HeadInput): object {
  const { view, suite, provenance } = stored;
  return {
    eval_id: id,
    run_id: view.id,
    created: view.createdAt,
    task: dataset,
    task_id: id,
    task_version: 0,
    task_display_name: `${dataset} (${arm.name})`,
    task_args: { arm: arm.name },
    solver: arm.technique,
    solver_args: arm.params,
    tags: [arm.name],
    dataset: { name: dataset, samples: figures.items.length, sample_ids: figures.items, shuffled: false },
    model: modelOf(arm),
    model_generate_config: generateConfig(arm),
    model_args: { adapters: arm.adapters ?? [] },
    config: { epochs: arm.sampling.repeats, epochs_reducer: ['mean'], fail_on_error: false },
    packages: { laconic: provenance.laconic },
    metadata: { suite: suite.name, suiteSha256: suite.sha256, status: view.status, arm, provenance },
    scorers: [{ name: SCORER, metrics: [{ name: 'accuracy' }, { name: 'stderr' }] }],
  };
}

function resultsOf({ samples, failed, accuracy, standardError }: TaskTally, arm: Arm): object {
  return {
    total_samples: samples,
    completed_samples: samples - failed,
    scores: [
      {
        name: SCORER,
        scorer: SCORER,
        ...(arm.sampling.repeats > 1 && { reducer: 'mean' }),
        scored_samples: samples,
        unscored_samples: 0,
        params: {},
        metrics: {
          accuracy: metric('accuracy', accuracy),
          ...(standardError !== null && { stderr: metric('stderr', standardError) }),
        },
      },
    ],
  };
}

function metric(name: string, value: number): object {
  return { name, value, params: {} };
}

function sampleOf(sample: SampleRecord, arm: Arm): object {
  const { ledger, stopReason, stopDetail } = sample;
  const totals = tokenTotals(ledger);
  const used = usage(ledger.prompt, totals.delivered, totals.think, totals.total);
  const model = modelOf(arm);
  const message = assistantMessage(sample, model);
  return {
    id: sample.item,
    epoch: sample.repeat + 1,
    input: sample.question,
    target: sample.reference,
    messages: [{ role: 'user', source: 'input', content: sample.prompt }, message],
    output: {
      model,
      choices: [{ message, stop_reason: stopOf(stopReason) }],
      completion: sample.answer,
      usage: used,
      ...(stopReason === 'error' && { error: stopDetail ?? 'engine error' }),
    },
    scores: { [SCORER]: scoreOf(sample) },
    metadata: metadataOf(sample),
    model_usage: { [model]: used },
    ...(stopReason === 'error' && { error: errorOf(stopDetail ?? 'engine error') }),
    ...(stopReason === 'length_cap' && { limit: { type: 'token', limit: arm.sampling.maxTokens } }),
  };
}

function assistantMessage({ thinking, answer }: SampleRecord, model: string): object {
  // Inspect puts the tags around the reasoning itself.
  const reasoning = thinking.replace(/^\s*<think>\n?/, '').replace(/\n?<\/think>\s*$/, '');
  const content = [...(thinking === '' ? [] : [{ type: 'reasoning', reasoning }]), { type: 'text', text: answer }];
  return { role: 'assistant', source: 'generate', model, content };
}

function scoreOf({ correct, extracted, reasonCode }: SampleRecord): object {
  return { value: correct ? 'C' : 'I', answer: extracted, explanation: reasonCode };
}

function metadataOf(sample: SampleRecord): object {
  const { cluster, level, thinkStop, stopReason, stopDetail, ledger, events, divergedFrom, divergedAt, measures } =
    sample;
  return { cluster, level, thinkStop, stopReason, stopDetail, ledger, events, divergedFrom, divergedAt, measures };
}

/** `total` also counts what probes and drafts cost beside the output. */
function usage(prompt: number, delivered: number, think: number, total: number): object {
  return { input_tokens: prompt, output_tokens: delivered, total_tokens: prompt + total, reasoning_tokens: think };
}

function generateConfig({ sampling, prompt }: Arm): object {
  const { temperature, topP, topK, maxTokens, seed } = sampling;
  return {
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    ...(topK > 0 && { top_k: topK }),
    seed,
    ...(prompt.system !== null && { system_message: prompt.system }),
  };
}

/** Inspect writes provider and name. */
function modelOf({ model }: Arm): string {
  return `laconic/${model}`;
}

function errorOf(message: string): object {
  return { message, traceback: '', traceback_ansi: '' };
}

/** A run with holes is an error there too: its figures are not to be quoted. */
function statusOf(status: RunStatus): 'started' | 'success' | 'cancelled' | 'error' {
  switch (status) {
    case 'queued':
    case 'running':
      return 'started';
    case 'completed':
      return 'success';
    case 'cancelled':
      return 'cancelled';
    case 'partial':
    case 'failed':
      return 'error';
  }
}

function stopOf(reason: StopReason): 'stop' | 'max_tokens' | 'unknown' {
  switch (reason) {
    case 'eos':
    case 'stop_string':
      return 'stop';
    case 'length_cap':
      return 'max_tokens';
    case 'error':
      return 'unknown';
  }
}

/** The same for the same arm and data set of a run, so that a second export replaces the first. */
function identifier(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 22);
}
