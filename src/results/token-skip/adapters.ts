import { effectiveAdapters, type Arm, type CurveAdapter } from '../../domain/index.js';

/** The adapter that says how it was trained, else the first; null where the model is used as it is. */
export function curveAdapter({ adapters }: Arm): CurveAdapter | null {
  const effective = effectiveAdapters(adapters);
  const adapter = effective.find(({ compression }) => compression !== null) ?? effective[0];
  if (!adapter) return null;
  return {
    name: adapter.name,
    scale: adapter.scale,
    scorer: adapter.compression?.scorer ?? null,
    seed: adapter.compression?.seed ?? null,
  };
}
