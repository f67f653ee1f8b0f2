import { canonicalJson, type DatasetProvenance, type ModelProvenance } from '../domain/index.js';
import type { DifferenceKind, NamedDifference } from './comparison-document.js';
import type { RunArm } from './sides.js';

type Fact = readonly [kind: DifferenceKind, name: string, of: (side: RunArm) => unknown];

/** What an answer or its count may hang on, by name; each is named only where the two sides differ in it. */
const FACTS: readonly Fact[] = [
  ['model', 'model', ({ arm }) => arm.model],
  ['model', 'model file', (side) => modelOf(side)?.sha256],
  ['model', 'use of the model', (side) => modelOf(side)?.usageSha256],
  ['model', 'adapters', ({ arm }) => arm.adapters],
  ['technique', 'technique', ({ arm }) => arm.technique],
  ['technique', 'parameters', ({ arm }) => arm.params],
  ['technique', 'examples', ({ stored, arm }) => stored.provenance.examples?.[arm.name]],
  ['technique', 'steering', ({ stored, arm }) => stored.provenance.steering?.[arm.name]],
  ['technique', 'suppressed tokens', ({ stored, arm }) => stored.provenance.suppression[arm.name]],
  ['prompt', 'prompt', ({ arm }) => arm.prompt],
  ['sampling', 'temperature', ({ arm }) => arm.sampling.temperature],
  ['sampling', 'top p', ({ arm }) => arm.sampling.topP],
  ['sampling', 'top k', ({ arm }) => arm.sampling.topK],
  ['sampling', 'min p', ({ arm }) => arm.sampling.minP],
  ['sampling', 'repeats', ({ arm }) => arm.sampling.repeats],
  ['sampling', 'seed', ({ arm }) => arm.sampling.seed],
  ['cap', 'token cap', ({ arm }) => arm.sampling.maxTokens],
  ['suite', 'margin', ({ stored }) => stored.suite.nonInferiorityMargin],
  ['engine', 'llama.cpp', ({ stored }) => stored.provenance.engine?.llamaCpp],
  ['engine', 'engine build', ({ stored }) => stored.provenance.engine?.build],
  ['engine', 'backend', ({ stored }) => stored.provenance.engine?.backend],
  ['engine', 'CPU variant', ({ stored }) => stored.provenance.engine?.cpuVariant],
  ['engine', 'threads', ({ stored }) => stored.provenance.engine?.threads],
  ['engine', 'profile', ({ stored }) => stored.provenance.engine?.profile],
  // Grades are given by this version's code.
  ['grader', 'laconic', ({ stored }) => stored.provenance.laconic],
  ['machine', 'processor', ({ stored }) => stored.provenance.machine?.cpu],
];

export function namedDifferences(arm: RunArm, against: RunArm): NamedDifference[] {
  const facts = FACTS.flatMap(([kind, name, of]) => difference(kind, name, [of(arm), of(against)]));
  return [...facts, ...dataDifferences(arm, against)];
}

function dataDifferences(arm: RunArm, against: RunArm): NamedDifference[] {
  const [own, others] = [datasetsOf(arm), datasetsOf(against)];
  return [...new Set([...others.keys(), ...own.keys()])].flatMap((name) => {
    const [ours, theirs] = [own.get(name), others.get(name)];
    return [
      ...difference('data', `data set ${name}`, [itemsOf(ours), itemsOf(theirs)]),
      ...difference('data', `file of ${name}`, [ours?.sha256, theirs?.sha256]),
    ];
  });
}

function itemsOf(dataset: DatasetProvenance | undefined): string | undefined {
  return dataset && `${dataset.items} items, ${shown(dataset.itemSetSha256)}`;
}

function datasetsOf({ stored }: RunArm): ReadonlyMap<string, DatasetProvenance> {
  return new Map(stored.suite.datasets.map((dataset) => [dataset.name, dataset]));
}

export function modelOf({ stored, arm }: RunArm): ModelProvenance | undefined {
  return stored.provenance.models.find(({ alias }) => alias === arm.model);
}

function difference(kind: DifferenceKind, name: string, [own, other]: readonly [unknown, unknown]): NamedDifference[] {
  if (canonicalJson(own ?? null) === canonicalJson(other ?? null)) return [];
  return [{ kind, name, arm: shown(own), against: shown(other) }];
}

const SHA256 = /\b([0-9a-f]{12})[0-9a-f]{52}\b/g;

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  const text = typeof value === 'string' ? value : canonicalJson(value);
  return text.replace(SHA256, '$1');
}
