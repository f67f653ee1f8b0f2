import { LaconicError } from './errors.js';
import type { EngineIdentity } from './run.js';

const PARTS: readonly (readonly [key: keyof EngineIdentity, label: string])[] = [
  ['build', 'engine build'],
  ['llamaCpp', 'llama.cpp'],
  ['cpuVariant', 'CPU variant'],
  ['backend', 'backend'],
  ['threads', 'threads'],
  ['profile', 'profile'],
];

/** `engine-mismatch` where the engine at hand is not the one the run was begun with: its tokens could differ. */
export function engineMismatch(
  runId: string,
  pinned: EngineIdentity | null,
  present: EngineIdentity,
): LaconicError | null {
  if (pinned === null) return null;
  const different = PARTS.filter(([key]) => pinned[key] !== present[key]);
  if (different.length === 0) return null;
  const list = (identity: EngineIdentity): string =>
    different.map(([key, label]) => `${label} ${short(identity[key])}`).join(', ');
  return new LaconicError(
    'engine-mismatch',
    `Run ${runId} was begun with ${list(pinned)}; here is ${list(present)}. Its samples would not be comparable.`,
    { hint: `${hintFor(different.map(([key]) => key))} Or start a new run of the suite.`, where: runId },
  );
}

function hintFor(keys: readonly (keyof EngineIdentity)[]): string {
  if (keys.includes('build') || keys.includes('llamaCpp'))
    return 'Finish the run with the version of Laconic that began it (commit and version are in its provenance).';
  if (keys.includes('threads')) return 'Set LACONIC_ENGINE_THREADS as it was when the run began.';
  return 'Finish the run on the machine that began it.';
}

/** Builds are told apart by the beginning of their hash. */
function short(value: string | number): string {
  return String(value).slice(0, 12);
}
