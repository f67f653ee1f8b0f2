import type {
  AdapterUse,
  ArmResult,
  ArmSteering,
  EngineShape,
  EngineTotals,
  RunResult,
  SelfCheck,
} from '../../domain/index.js';
import { bytes, counted, dateTime, decimal, duration, integer, ratio } from '../format.js';
import type { ReportContext } from '../report-context.js';
import { samplingWords } from './headline.js';
import { parameterWords } from './arm-words.js';

export interface ProvenanceView {
  readonly groups: readonly ProvenanceGroup[];
  readonly datasets: readonly {
    readonly name: string;
    readonly items: string;
    readonly sha256: string;
    readonly itemSetSha256: string;
  }[];
  readonly arms: readonly ArmProvenance[];
}

export interface ProvenanceGroup {
  readonly title: string;
  readonly entries: readonly ProvenanceEntry[];
}

export interface ProvenanceEntry {
  readonly name: string;
  readonly value: string;
  /** Hashes and ids, in monospace, in full. */
  readonly code: string | null;
}

export interface ArmProvenance {
  readonly name: string;
  readonly technique: string;
  readonly params: string;
  readonly faithfulTo: string;
  readonly differences: readonly string[];
  readonly suppression: ProvenanceEntry | null;
  /** Its vector, and the items that it was fitted on. */
  readonly steering: readonly ProvenanceEntry[];
}

export function provenanceSection(context: ReportContext): ProvenanceView {
  const { result } = context.input;
  const { provenance } = result.run;
  return {
    groups: [
      { title: 'Run', entries: runEntries(result) },
      { title: 'Engine', entries: engineEntries(result) },
      ...provenance.models.map((model) => ({
        title: `Model ${model.alias}`,
        entries: [
          entry('architecture', model.arch),
          entry('parameters', integer(model.parameters)),
          entry('quantization', model.quantization),
          ...model.adapters.map(adapterEntry),
          ...(model.sharingReason === undefined ? [] : [entry('sharing', `off: ${model.sharingReason}`)]),
          ...selfCheckEntries(provenance.selfCheck?.[model.alias]),
          hashed('sha256', '', model.sha256),
        ],
      })),
      { title: 'Machine', entries: machineEntries(result) },
    ],
    datasets: provenance.datasets.map(({ name, items, sha256, itemSetSha256 }) => ({
      name,
      items: integer(items),
      sha256,
      itemSetSha256,
    })),
    arms: context.arms.map((arm) => armProvenance(arm.result, result)).map(withoutRepeats),
  };
}

function runEntries({ run, arms }: RunResult): readonly ProvenanceEntry[] {
  const { provenance } = run;
  const samples = arms.reduce((sum, arm) => sum + arm.overall.samples, 0);
  const sampling = [...new Set(arms.map((arm) => `${samplingWords(arm)}, cap ${integer(arm.sampling.maxTokens)}`))];
  const first = arms[0];
  return [
    hashed('id', '', run.id),
    entry('suite', run.suite),
    hashed('suite sha256', '', run.suiteSha256),
    entry('status', run.status),
    entry('samples', `${integer(samples)} from ${counted(arms.length, 'arm')}`),
    entry('started', dateTime(run.startedAt)),
    entry('finished', run.finishedAt === null ? '–' : dateTime(run.finishedAt)),
    entry('sampling', sampling.join('; ')),
    ...(first === undefined ? [] : [entry('filters', filterWords(first))]),
    entry('seed', String(provenance.seed)),
    entry('against', run.against),
    entry('Laconic', provenance.laconic),
    ...(provenance.gitCommit === null ? [] : [hashed('commit', '', provenance.gitCommit)]),
  ];
}

function filterWords({ sampling }: ArmResult): string {
  const { topP, topK, minP } = sampling;
  const words = [topP < 1 ? `top-p ${topP}` : '', topK > 0 ? `top-k ${topK}` : '', minP > 0 ? `min-p ${minP}` : ''];
  return words.filter((word) => word !== '').join(', ') || 'none';
}

function engineEntries({ run, engine }: RunResult): readonly ProvenanceEntry[] {
  const identity = run.provenance.engine;
  return [
    ...(identity === null
      ? [entry('engine', 'not recorded')]
      : [
          entry('llama.cpp', identity.llamaCpp),
          entry('CPU variant', identity.cpuVariant),
          entry('backend', `${identity.backend}, ${counted(identity.threads, 'thread')}, ${identity.profile}`),
          hashed('build', '', identity.build),
        ]),
    entry('charged tokens', integer(engine.chargedTokens)),
    ...decodedEntries(engine),
    entry('prefill', `${integer(engine.prefillTokens)} tokens, ${integer(engine.prefillSharedTokens)} shared`),
    entry('engine time', duration(engine.engineSeconds)),
    entry('wall time', duration(engine.wallSeconds)),
    ...(engine.engineSeconds > 0
      ? [entry('decoding', `${integer(engine.decodedTokens / engine.engineSeconds)} tokens/s`)]
      : []),
  ];
}

/** What an engine or a worker had decoded when it was killed is not known, only that there was more. */
function decodedEntries({
  decodedTokens,
  decodedTokensKnown,
  sharingFactor,
}: EngineTotals): readonly ProvenanceEntry[] {
  const known = decodedTokensKnown !== false;
  return [
    entry('decoded tokens', `${known ? '' : 'at least '}${integer(decodedTokens)}`),
    entry('sharing factor', `${known ? '' : 'at most '}${ratio(sharingFactor)}`),
  ];
}

function selfCheckEntries(check: SelfCheck | undefined): readonly ProvenanceEntry[] {
  if (check === undefined) return [];
  const { identical, samples, tokens } = check;
  const words = `${integer(identical)} of ${counted(samples, 'sample')} the same alone and in company (first ${counted(tokens, 'token')})`;
  return [entry('self-check', words)];
}

function machineEntries({ run }: RunResult): readonly ProvenanceEntry[] {
  const { machine } = run.provenance;
  if (machine === null) return [entry('machine', 'not recorded')];
  return [
    entry('CPU', machine.cpu),
    entry('cores', decimal(machine.cores)),
    entry('memory', bytes(machine.memoryBytes)),
    ...(machine.engines === undefined ? [] : [entry('engines', engineWords(machine.engines))]),
  ];
}

function engineWords({ processes, threads, streams, memoryBytes }: EngineShape): string {
  const each = `${counted(threads, 'thread')} and up to ${counted(streams, 'stream')} each`;
  return `${counted(processes, 'process', 'processes')}, ${each}; ${bytes(memoryBytes)} for KV caches`;
}

function armProvenance(arm: ArmResult, result: RunResult): ArmProvenance {
  const suppression = result.run.provenance.suppression[arm.name];
  const steering = result.run.provenance.steering?.[arm.name];
  return {
    name: arm.name,
    technique: arm.technique,
    params: parameterWords(arm.params),
    faithfulTo: arm.faithfulTo,
    differences: arm.differences,
    suppression:
      suppression === undefined
        ? null
        : hashed(
            suppression.penalty === undefined ? 'banned ids' : 'penalised ids',
            `${counted(suppression.ids, 'id')} (${suppression.vocabulary})`,
            suppression.sha256,
          ),
    steering: steering === undefined ? [] : steeringEntries(steering),
  };
}

function steeringEntries({
  vector,
  vectorSha256,
  firstLayer,
  lastLayer,
  fit,
}: ArmSteering): readonly ProvenanceEntry[] {
  const fitted = `fitted on ${counted(fit.tokens, 'thinking token')} of ${counted(fit.items, 'calibration item')}, R² ${decimal(fit.heldOutR2, 2)} on items held out`;
  return [
    hashed('vector', `vector ${vector}, behind layers ${firstLayer} to ${lastLayer} (from 0)`, vectorSha256),
    hashed('calibration items', fitted, fit.itemSetSha256),
  ];
}

/** Arms of one technique differ from its source in the same way; it is said once. */
function withoutRepeats(arm: ArmProvenance, _place: number, arms: readonly ArmProvenance[]): ArmProvenance {
  const first = arms.find((other) => other.technique === arm.technique);
  if (first === undefined || first === arm || arm.differences.length === 0) return arm;
  return { ...arm, differences: [`as ${first.name}`] };
}

function adapterEntry({ name, sha256, scale }: AdapterUse): ProvenanceEntry {
  return hashed('adapter', `${name}, scale ${scale}`, sha256);
}

function entry(name: string, value: string): ProvenanceEntry {
  return { name, value, code: null };
}

function hashed(name: string, value: string, code: string): ProvenanceEntry {
  return { name, value, code };
}
