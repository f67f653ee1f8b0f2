import type { RatioControl } from './compression-control.js';

/** What an adapter for compressed chains of thought was trained on, as its file says; null where it does not. */
export interface AdapterCompression {
  /** How tokens were ranked. */
  readonly scorer: string | null;
  readonly seed: number | null;
  /** Shares of tokens that were kept; empty where the file names none. */
  readonly ratios: readonly number[];
  readonly control: RatioControl | null;
  readonly examples: number | null;
  readonly baseSha256: string | null;
  readonly datasetSha256: string | null;
}

/** What an adapter's file says about itself. */
export interface AdapterFacts {
  readonly arch: string;
  /** Largest of its weights. */
  readonly rank: number;
  readonly alpha: number;
  /** How many weights of the base it changes. */
  readonly weights: number;
  /** Values in all of its factors. */
  readonly parameters: number;
  readonly compression: AdapterCompression | null;
}

/** An adapter with what it is multiplied by: what decides tokens. */
export interface AdapterUse {
  readonly name: string;
  /** Of its file. */
  readonly sha256: string;
  /** 0: the adapter changes nothing. */
  readonly scale: number;
}

/** An adapter of an arm's model; frozen with the run. */
export interface ArmAdapter extends AdapterUse, Pick<AdapterFacts, 'rank' | 'alpha' | 'parameters' | 'compression'> {}

/** Without the facts. */
export function adapterUses(adapters: readonly AdapterUse[]): AdapterUse[] {
  return adapters.map(({ name, sha256, scale }) => ({ name, sha256, scale }));
}

/** What changes a weight, in the order in which it is added up. */
export function effectiveAdapters<Use extends AdapterUse>(adapters: readonly Use[] | undefined): readonly Use[] {
  return (adapters ?? []).filter(({ scale }) => scale !== 0);
}

/** Arms of one model and equal keys may be decoded together; empty for arms that use the model as it is. */
export function adaptersKey(adapters: readonly AdapterUse[] | undefined): string {
  const added = effectiveAdapters(adapters);
  return added.length === 0 ? '' : JSON.stringify(added.map(({ sha256, scale }) => [sha256, scale]));
}

/** Of an engine that adds them: their values as floats. */
export function adapterBytes(adapters: readonly ArmAdapter[] | undefined): number {
  return effectiveAdapters(adapters).reduce((bytes, { parameters }) => bytes + 4 * parameters, 0);
}
