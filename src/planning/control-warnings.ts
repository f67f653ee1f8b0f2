import { effectiveAdapters, type Arm } from '../domain/index.js';

/** Arms that ask for a ratio in a format, or for a smaller one, than their adapter says that it was trained with. */
export function controlWarnings(arms: readonly Arm[]): string[] {
  return arms.filter(({ technique }) => technique === 'tokenskip').flatMap((arm) => warningOf(arm) ?? []);
}

function warningOf({ name, params, adapters }: Arm): string | null {
  for (const { name: adapter, compression } of effectiveAdapters(adapters)) {
    const trained = compression?.control ?? null;
    if (trained !== null && trained !== params['control']) {
      return `Arm ${name}: it asks by control ${String(params['control'])}, and adapter ${adapter} was trained with control ${trained}; it will not know what the ratio means.`;
    }
    const least = Math.min(...(compression?.ratios ?? []));
    if (Number(params['ratio']) < least && Number.isFinite(least)) {
      return `Arm ${name}: it asks for ${String(params['ratio'])}, and adapter ${adapter} was trained with ratios from ${least} on.`;
    }
  }
  return null;
}
