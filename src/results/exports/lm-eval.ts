/**
 * The files that lm-evaluation-harness writes with --log_samples and --output_path: a folder per model with
 * results_<time>.json and samples_<task>_<time>.jsonl. An arm stands for a model, a data set for a task, an item for a
 * document; `doc_id` is the same for all arms, so that the harness's paired comparison finds the pairs.
 */
import { createHash, type Hash } from 'node:crypto';
import { tokenTotals, type Arm, type SampleRecord } from '../../domain/index.js';
import type { StoredRun } from '../../runs/index.js';
import type { ExportFile, ExportSource } from './export-file.js';
import { fileNames, fileTime } from './file-names.js';
import { itemsByDataset, type TaskTally } from './tally.js';
import { itemsOf, tasksOf } from './tasks.js';
import { transportJson } from './transport-json.js';

/** The harness's words for an answer that its filters could not read. */
const UNREADABLE = '[invalid]';

/** Names of per-document figures, each a mean over repeats, and whether more is better. */
const METRICS = { acc: true, think_tokens: false, delivered_tokens: false, total_tokens: false } as const;

type Metric = keyof typeof METRICS;

/** The file of samples of each task, and behind those of an arm its results. */
export async function* lmEvalFiles({ stored, tally, samples }: ExportSource): AsyncGenerator<ExportFile> {
  const items = itemsByDataset(tally);
  const time = fileTime(stored.view.finishedAt ?? stored.view.createdAt);
  const folders = fileNames(tally.keys());
  const tasks = fileNames(items.keys());
  const places = new Map([...items].map(([dataset, ids]) => [dataset, new Map(ids.map((id, place) => [id, place]))]));
  let hashes = new Map<string, Hash>();
  for await (const { arm, dataset, samples: ofTask } of tasksOf(samples)) {
    const task = tasks.get(dataset) ?? dataset;
    const hash = createHash('sha256');
    hashes.set(task, hash);
    const context = { arm: armOf(stored, arm), places: places.get(dataset) ?? new Map<string, number>(), hash };
    yield { path: `${folders.get(arm)}/samples_${task}_${time}.jsonl`, chunks: sampleLines(ofTask, context) };
    const ofArm = tally.get(arm) ?? new Map<string, TaskTally>();
    if (hashes.size < ofArm.size) continue;
    const named = new Map([...ofArm].map(([name, figures]) => [tasks.get(name) ?? name, figures]));
    const model = folders.get(arm) ?? arm;
    yield {
      path: `${model}/results_${time}.json`,
      chunks: results({ stored, arm: context.arm, model, tasks: named, hashes }),
    };
    hashes = new Map();
  }
}

interface LineContext {
  readonly arm: Arm | undefined;
  readonly places: ReadonlyMap<string, number>;
  /** Takes what identifies each document, for `task_hashes`. */
  readonly hash: Hash;
}

async function* sampleLines(samples: AsyncIterable<SampleRecord>, context: LineContext): AsyncGenerator<string> {
  for await (const repeats of itemsOf(samples)) {
    const line = documentLine(repeats, context);
    context.hash.update(line.doc_hash + line.prompt_hash + line.target_hash);
    yield `${transportJson(line)}\n`;
  }
}

function documentLine(repeats: readonly [SampleRecord, ...SampleRecord[]], { arm, places }: LineContext) {
  const [{ dataset, item, question, level, cluster, prompt, reference }] = repeats;
  const doc = { id: item, dataset, question, level, cluster };
  return {
    doc_id: places.get(item) ?? 0,
    doc,
    target: reference,
    arguments: { gen_args_0: { arg_0: prompt, arg_1: generationArguments(arm) } },
    resps: [repeats.map(({ thinking, answer }) => thinking + answer)],
    filtered_resps: repeats.map(({ extracted }) => extracted ?? UNREADABLE),
    filter: 'none',
    metrics: Object.keys(METRICS),
    doc_hash: sha256(transportJson(doc, 2)),
    prompt_hash: sha256(prompt),
    target_hash: sha256(reference),
    ...metricsOf(repeats),
    // Not of the harness: why each repeat was graded as it was, and its whole ledger.
    laconic: repeats.map(({ correct, reasonCode, thinkStop, stopReason, ledger }) => ({
      correct,
      reasonCode,
      thinkStop,
      stopReason,
      ledger,
    })),
  };
}

function metricsOf(repeats: readonly SampleRecord[]): Record<Metric, number> {
  const totals = repeats.map(({ ledger }) => tokenTotals(ledger));
  return {
    acc: mean(repeats.map(({ correct }) => (correct ? 1 : 0))),
    think_tokens: mean(totals.map(({ think }) => think)),
    delivered_tokens: mean(totals.map(({ delivered }) => delivered)),
    total_tokens: mean(totals.map(({ total }) => total)),
  };
}

function generationArguments(arm: Arm | undefined): Record<string, unknown> {
  if (!arm) return {};
  const { temperature, topP, topK, minP, maxTokens } = arm.sampling;
  return {
    until: [],
    do_sample: temperature > 0,
    temperature,
    top_p: topP,
    top_k: topK,
    min_p: minP,
    max_gen_toks: maxTokens,
  };
}

interface ResultsInput {
  readonly stored: StoredRun;
  readonly arm: Arm | undefined;
  readonly model: string;
  /** By the name of the task. */
  readonly tasks: ReadonlyMap<string, TaskTally>;
  readonly hashes: ReadonlyMap<string, Hash>;
}

/** Made when it is read: only then have all documents been hashed. */
function* results({ stored, arm, model, tasks, hashes }: ResultsInput): Generator<string> {
  const { view, suite, provenance } = stored;
  const byTask = <Value>(value: (figures: TaskTally, task: string) => Value): Record<string, Value> =>
    Object.fromEntries([...tasks].map(([task, figures]) => [task, value(figures, task)]));
  const started = Date.parse(view.startedAt ?? view.createdAt) / 1000;
  const ended = Date.parse(view.finishedAt ?? view.createdAt) / 1000;
  const document = {
    results: byTask((figures, task) => resultsOf(figures, task)),
    group_subtasks: byTask(() => []),
    configs: byTask((_figures, task) => configOf(task, arm)),
    versions: byTask(() => 1),
    'n-shot': byTask(() => 0),
    higher_is_better: byTask(() => METRICS),
    'n-samples': byTask(({ items }) => ({ original: items.length, effective: items.length })),
    config: {
      model: 'laconic',
      model_args: `model=${model}`,
      batch_size: 1,
      gen_kwargs: generationArguments(arm),
      random_seed: suite.seed,
    },
    git_hash: provenance.gitCommit,
    date: started,
    task_hashes: byTask((_figures, task) => hashes.get(task)?.copy().digest('hex') ?? null),
    model_source: 'laconic',
    model_name: model,
    model_name_sanitized: model,
    system_instruction: arm?.prompt.system ?? null,
    start_time: started,
    end_time: ended,
    total_evaluation_time_seconds: String(ended - started),
    laconic: { run: view.id, status: view.status, suite: suite.name, suiteSha256: suite.sha256, arm, provenance },
  };
  yield `${transportJson(document, 2)}\n`;
}

function resultsOf({ accuracy, standardError, samples, tokens }: TaskTally, task: string): Record<string, unknown> {
  return {
    alias: task,
    'acc,none': accuracy,
    'acc_stderr,none': standardError ?? 'N/A',
    'think_tokens,none': tokens.think / samples,
    'delivered_tokens,none': tokens.delivered / samples,
    'total_tokens,none': tokens.total / samples,
  };
}

function configOf(task: string, arm: Arm | undefined): Record<string, unknown> {
  const metrics = Object.entries(METRICS);
  return {
    task,
    output_type: 'generate_until',
    metric_list: metrics.map(([metric, better]) => ({ metric, aggregation: 'mean', higher_is_better: better })),
    generation_kwargs: generationArguments(arm),
    num_fewshot: 0,
    repeats: arm?.sampling.repeats ?? 1,
    metadata: { version: 1 },
  };
}

function armOf({ suite }: StoredRun, name: string): Arm | undefined {
  return suite.arms.find((arm) => arm.name === name);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sha256(text: string): string {
  return createHash('sha256').update(text.toWellFormed()).digest('hex');
}
