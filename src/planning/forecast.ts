import {
  adapterBytes,
  adaptersKey,
  fitStreams,
  OPEN_ENGINES_PER_PROCESS,
  steeringKey,
  techniqueDefinition,
  tooLittleMemory,
  withExamples,
  type Arm,
  type EngineShape,
  type FrozenSuite,
  type Item,
  type ModelCapabilities,
} from '../domain/index.js';
import { plannedDetectableEffect } from '../statistics/index.js';
import { controlWarnings } from './control-warnings.js';
import { DEFAULT_RATES, expectedTokens, rateFor, type RatePoint, type TokenPrior } from './expectations.js';
import { refusals, type PlanModel, type Refusal } from './refusals.js';
import { planShards } from './shards.js';

export interface ForecastRequest {
  readonly suite: FrozenSuite;
  readonly items: readonly Pick<Item, 'dataset' | 'contentHash' | 'question' | 'prompt'>[];
  /** By alias. */
  readonly models: ReadonlyMap<string, PlanModel>;
  readonly engines: EngineShape;
  /** Mean tokens of a baseline sample, by model alias, where earlier runs measured them. */
  readonly priors?: ReadonlyMap<string, TokenPrior>;
  readonly rates?: readonly RatePoint[];
}

export interface ArmForecast {
  readonly arm: string;
  readonly technique: string;
  readonly model: string;
  readonly samples: number;
  readonly expectedTokens: number;
  /** If every sample ran into maxTokens. */
  readonly maxTokens: number;
  readonly refused: string | null;
}

export interface ModelMemory {
  readonly model: string;
  readonly weightBytes: number;
  /** Of all engine processes; absent where no arm has adapters. */
  readonly adapterBytes?: number;
  /** Of all engine processes. */
  readonly kvBytes: number;
  readonly contextTokens: number;
  /** Engines that a process needs for it: one more for each set of adapters and each way in which arms are steered. */
  readonly contexts: number;
  /** Sequences that one process decodes together: fewer than wished where memory is short. */
  readonly streams: number;
}

export interface PowerForecast {
  /** A data set's name, or `overall`. */
  readonly dataset: string;
  readonly items: number;
  /** Difference in accuracy that is found with 80 % power at the two-sided 5 % level. */
  readonly minimumDetectableEffect: number;
}

/** What a run would do. */
export interface PlanForecast {
  readonly suite: string;
  readonly items: number;
  readonly samples: number;
  readonly shards: number;
  readonly arms: readonly ArmForecast[];
  readonly refused: readonly Refusal[];
  readonly warnings: readonly string[];
  readonly expectedTokens: number;
  readonly expectedSeconds: number;
  readonly maxSeconds: number;
  readonly engines: EngineShape;
  readonly memory: readonly ModelMemory[];
  readonly power: readonly PowerForecast[];
  readonly nonInferiorityMargin: number;
}

/** Variance of one item's accuracy difference when nothing is known (Miller 2024, arXiv 2411.00640, section 5). */
export const ASSUMED_PAIR_VARIANCE = 1 / 9;

/** Cells per stream are rounded up to this. */
const CONTEXT_STEP = 512;

export function forecast(request: ForecastRequest): PlanForecast {
  const { suite, items, models } = request;
  const refused = refusals(suite, models);
  const arms = suite.arms.map((arm) => armForecast(request, arm, refused));
  const running = arms.filter((arm) => arm.refused === null);
  return {
    suite: suite.name,
    items: items.length,
    samples: sum(running.map((arm) => arm.samples)),
    shards: planShards({ ...request, runId: '', engineProcesses: request.engines.processes }).shards.length,
    arms,
    refused,
    warnings: [...contextWarnings(request), ...memoryWarnings(request), ...controlWarnings(suite.arms)],
    expectedTokens: sum(running.map((arm) => arm.expectedTokens)),
    expectedSeconds: sum(running.map((arm) => seconds(request, arm.model, arm.expectedTokens))),
    maxSeconds: sum(running.map((arm) => seconds(request, arm.model, arm.maxTokens))),
    engines: request.engines,
    memory: [...models].map(([alias, model]) => memoryOf(request, alias, model)),
    power: powerOf(request),
    nonInferiorityMargin: suite.nonInferiorityMargin,
  };
}

function armForecast(request: ForecastRequest, arm: Arm, refused: readonly Refusal[]): ArmForecast {
  const samples = request.items.length * arm.sampling.repeats;
  const { traits } = techniqueDefinition(arm.technique);
  const calls = Math.ceil(samples / traits.batchSize(arm.params));
  const { least, most } = traits.paths(arm.params);
  return {
    arm: arm.name,
    technique: arm.technique,
    model: arm.model,
    samples,
    // A vote that may end early ends about half-way between the soonest and the latest.
    expectedTokens: Math.round(
      ((least + most) / 2) * calls * expectedTokens(arm, request.priors?.get(arm.model) ?? null),
    ),
    maxTokens: most * calls * arm.sampling.maxTokens,
    refused: refused.find((refusal) => refusal.arm === arm.name)?.reason ?? null,
  };
}

function seconds(request: ForecastRequest, alias: string, tokens: number): number {
  const parameters = request.models.get(alias)?.capabilities.parameters ?? 0;
  const rate = rateFor(parameters, request.rates ?? DEFAULT_RATES) * request.engines.processes;
  return tokens / rate;
}

/** Weights are mapped once for all processes, unless their type is repacked into each process's own memory. */
function memoryOf(request: ForecastRequest, alias: string, model: PlanModel): ModelMemory {
  const { engines } = request;
  const { capabilities } = model;
  const contextTokens = streamTokens(request, alias, model);
  const { streams, kvBytes } = fitStreams(engines, capabilities.kvBytesPerToken, contextTokens);
  // By what an engine is opened with, the bytes of its adapters.
  const adapters = new Map(armsOf(request, alias).map((arm) => [engineKey(arm), adapterBytes(arm.adapters)]));
  const contexts = Math.max(1, adapters.size);
  const atATime = Math.min(contexts, OPEN_ENGINES_PER_PROCESS);
  const open = engines.processes * atATime;
  const largest = [...adapters.values()].toSorted((a, b) => b - a).slice(0, atATime);
  return {
    model: alias,
    weightBytes: capabilities.fileBytes * (isRepacked(capabilities) ? 1 + open : 1),
    ...(sum(largest) > 0 ? { adapterBytes: engines.processes * sum(largest) } : {}),
    // An engine of one stream may be larger than its process's share; as many as fit then work at a time.
    kvBytes: Math.min(kvBytes * open, Math.max(kvBytes, engines.memoryBytes)),
    contextTokens,
    contexts,
    streams,
  };
}

function engineKey({ adapters, steering }: Arm): string {
  return JSON.stringify([adaptersKey(adapters), steeringKey(steering)]);
}

function streamTokens(request: ForecastRequest, alias: string, { card }: PlanModel): number {
  const arms = armsOf(request, alias);
  const need = longestPromptBytes(request, arms) + Math.max(0, ...arms.map((arm) => arm.sampling.maxTokens));
  return Math.min(card.contextTokens, Math.ceil(need / CONTEXT_STEP) * CONTEXT_STEP);
}

function memoryWarnings(request: ForecastRequest): string[] {
  const { engines, models } = request;
  return [...models].flatMap(([alias, model]) => {
    const contextTokens = streamTokens(request, alias, model);
    const { streams, fits } = fitStreams(engines, model.capabilities.kvBytesPerToken, contextTokens);
    if (!fits) return [tooLittleMemory(engines, model.capabilities, { model: alias, contextTokens })];
    if (streams === engines.streams) return [];
    return [
      `Memory allows ${streams} of ${engines.streams} streams a process for ${alias}; samples stay the same, the run takes longer. More: LACONIC_ENGINE_MEMORY.`,
    ];
  });
}

function isRepacked({ quantization }: ModelCapabilities): boolean {
  return /^(Q4_0|IQ4_NL)/i.test(quantization);
}

/** No tokenizer is at hand here: bytes bound tokens from above, so this warns early rather than late. */
function contextWarnings(request: ForecastRequest): string[] {
  return request.suite.arms.flatMap((arm) => {
    const longest = longestPromptBytes(request, [arm]);
    const model = request.models.get(arm.model);
    if (!model) return [];
    const context = Math.min(model.card.contextTokens, model.capabilities.contextTokens);
    const { maxTokens } = arm.sampling;
    if (maxTokens >= context || maxTokens + longest <= context) return [];
    return [
      `Arm ${arm.name}: the longest prompt (${longest} bytes) and maxTokens (${maxTokens}) may not fit into the ${context} tokens of ${arm.model}; items that do not fit end with stopReason error.`,
    ];
  });
}

function longestPromptBytes({ items }: ForecastRequest, arms: readonly Arm[]): number {
  const longest = items.reduce((most, item) => Math.max(most, bytes(item.question) + bytes(item.prompt)), 0);
  return arms.reduce((most, arm) => Math.max(most, promptBytes(arm, longest)), 0);
}

function promptBytes({ technique, params, prompt, examples }: Arm, questionBytes: number): number {
  const { traits } = techniqueDefinition(technique);
  const shown = Object.values(examples ?? {}).map((set) => bytes(withExamples(set, '')));
  const around = [prompt.system, prompt.prefix, prompt.suffix, traits.instruction(params)?.text ?? null];
  const control = sum(traits.control(params).map(({ text }) => bytes(text)));
  return control + sum(around.map(bytes)) + Math.max(0, ...shown) + traits.batchSize(params) * questionBytes;
}

function powerOf({ suite, items }: ForecastRequest): PowerForecast[] {
  const counts = new Map<string, number>();
  for (const { dataset } of items) counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  const groups = suite.datasets.length > 1 ? [['overall', items.length] as const, ...counts] : [...counts];
  return groups.map(([dataset, count]) => ({
    dataset,
    items: count,
    minimumDetectableEffect: Math.min(1, plannedDetectableEffect(count, ASSUMED_PAIR_VARIANCE)),
  }));
}

function armsOf({ suite }: ForecastRequest, alias: string): Arm[] {
  return suite.arms.filter((arm) => arm.model === alias);
}

function bytes(text: string | null): number {
  return text === null ? 0 : new TextEncoder().encode(text).length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
