import type { Arm, CurveAdapter } from '../../domain/index.js';

interface ArmAdapter {
  readonly name: string;
  readonly sha256: string;
  readonly scale: number;
  readonly compression: { readonly scorer: string | null; readonly seed: number | null } | null;
}

export type AdaptedArm = Arm & { readonly adapters?: readonly ArmAdapter[] };

/** One multiplied by 0 changes nothing. */
function effective({ adapters = [] }: AdaptedArm): readonly ArmAdapter[] {
  return adapters.filter(({ scale }) => scale !== 0);
}

/** Empty where the model is used as it is. */
export function adapterKey(arm: AdaptedArm): string {
  return effective(arm)
    .map(({ sha256, scale }) => `${sha256} ${scale}`)
    .join();
}

/** The adapter that says how it was trained, else the first; null where there is none. */
export function curveAdapter(arm: AdaptedArm): CurveAdapter | null {
  const adapters = effective(arm);
  const adapter = adapters.find(({ compression }) => compression !== null) ?? adapters[0];
  if (!adapter) return null;
  return {
    name: adapter.name,
    scale: adapter.scale,
    scorer: adapter.compression?.scorer ?? null,
    seed: adapter.compression?.seed ?? null,
  };
}
