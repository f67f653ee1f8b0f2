import type { ModelCapabilities } from './model.js';

/** Which layers a steering vector is added behind; libllama has none for the first. */
export const STEERED_LAYERS = ['all', 'upper', 'last'] as const;

export type SteeredLayers = (typeof STEERED_LAYERS)[number];

/** What an arm asks for, by name. */
export interface SteeringRequest {
  readonly vector: string;
  /** Length of what is added, in units of the mean length of the states that the vector was fitted on; not 0. */
  readonly strength: number;
  readonly layers: SteeredLayers;
}

/** How good a vector is at what it was fitted for, and on what. */
export interface VectorFit {
  /** Added to the diagonal of the states' scatter matrix. */
  readonly ridge: number;
  readonly items: number;
  /** sha256 over the content hashes of the calibration items, in order. */
  readonly itemSetSha256: string;
  readonly samples: number;
  /** Thinking tokens whose states were used. */
  readonly tokens: number;
  readonly folds: number;
  readonly seed: number;
  /** Share of the variance explained where it was fitted, and on items that a fold had not seen. */
  readonly r2: number;
  readonly heldOutR2: number;
}

/** A progress probe that is also a direction to steer in; the content of a vector file. */
export interface SteeringVector {
  readonly schemaVersion: 1;
  readonly technique: 'overclock';
  readonly model: { readonly alias: string; readonly sha256: string };
  /** Where the states come from: behind the final norm of the last layer. */
  readonly states: 'final-norm';
  /** (width); progress = intercept + direction · state, 0 at the beginning of the thinking and 1 at its end. */
  readonly direction: readonly number[];
  readonly intercept: number;
  /** Mean Euclidean length of the states. */
  readonly stateLength: number;
  readonly fit: VectorFit;
}

/** A request with everything that decides its tokens; frozen with the run. */
export interface ArmSteering extends Omit<SteeringRequest, 'layers'> {
  readonly vectorSha256: string;
  /** From 0, both included. */
  readonly firstLayer: number;
  readonly lastLayer: number;
  readonly fit: VectorFit;
}

/** Null where a model has too few layers to steer. */
export function steeredRange(
  layers: SteeredLayers,
  { layers: count }: Pick<ModelCapabilities, 'layers'>,
): { readonly firstLayer: number; readonly lastLayer: number } | null {
  const lastLayer = count - 1;
  if (lastLayer < 1) return null;
  switch (layers) {
    case 'all':
      return { firstLayer: 1, lastLayer };
    case 'upper':
      return { firstLayer: Math.max(1, Math.floor(count / 2)), lastLayer };
    case 'last':
      return { firstLayer: lastLayer, lastLayer };
  }
}

/** What the engine adds to the residual stream: the direction in the length that `strength` asks for. */
export function scaledDirection({ direction, stateLength }: SteeringVector, strength: number): number[] {
  const factor = (strength * stateLength) / Math.hypot(...direction);
  return direction.map((value) => value * factor);
}

/** Arms of equal keys may be decoded together: the same vector, added in the same way; empty for arms that are not steered. */
export function steeringKey(steering: ArmSteering | undefined): string {
  if (steering === undefined) return '';
  const { vectorSha256, strength, firstLayer, lastLayer } = steering;
  return JSON.stringify([vectorSha256, strength, firstLayer, lastLayer]);
}
