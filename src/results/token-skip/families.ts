import {
  adaptersKey,
  canonicalJson,
  COMPRESSION_TECHNIQUES,
  isCompression,
  techniqueDefinition,
  type Arm,
} from '../../domain/index.js';

/** Arms that differ in the ratio alone, and the unmodified arm beside them. */
export interface Family {
  readonly arms: readonly Arm[];
  readonly against: Arm;
}

export interface Families {
  readonly families: readonly Family[];
  readonly unmatched: readonly Arm[];
}

/** In the order of the suite. Empty unless some arm's technique is one of compression. */
export function familiesOf(arms: readonly Arm[]): Families {
  const names = COMPRESSION_TECHNIQUES.map(({ entry }) => entry.name) as readonly string[];
  if (!arms.some(({ technique }) => names.includes(technique))) return { families: [], unmatched: [] };
  const compared = arms
    .filter(({ technique }) => isCompression(technique))
    .map((arm) => ({ arm, against: unmodified(arm, arms) }));
  const matched = compared.flatMap(({ arm, against }) => (against ? [{ arm, against }] : []));
  const groups = Map.groupBy(matched, ({ arm, against }) => familyKey(arm, against));
  return {
    families: [...groups.values()].flatMap((group) => {
      const [first] = group;
      return first ? [{ arms: group.map(({ arm }) => arm), against: first.against }] : [];
    }),
    unmatched: compared.flatMap(({ arm, against }) => (against ? [] : [arm])),
  };
}

/** Share that is asked for; null where the technique takes none. */
export function ratioOf({ params }: Arm): number | null {
  return typeof params['ratio'] === 'number' ? params['ratio'] : null;
}

/** Parameters beside the ratio. */
export function sharedParams({ params }: Arm): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(params).filter(([key]) => key !== 'ratio'));
}

/**
 * The baseline of the same model without adapters, prompt and sampling: what an actual ratio is a share of. Its limit is
 * the one that the arm's technique was given, whatever it makes of that.
 */
function unmodified(arm: Arm, arms: readonly Arm[]): Arm | undefined {
  const { traits } = techniqueDefinition(arm.technique);
  return arms.find(
    (other) =>
      other.technique === 'baseline' &&
      adaptersKey(other.adapters) === '' &&
      traits.maxTokens(arm.params, other.sampling.maxTokens) === arm.sampling.maxTokens &&
      settings(other) === settings(arm),
  );
}

function settings({ model, sampling, prompt }: Arm): string {
  const { maxTokens: _limit, ...others } = sampling;
  return canonicalJson([model, others, prompt]);
}

function familyKey(arm: Arm, against: Arm): string {
  return canonicalJson([arm.technique, sharedParams(arm), adaptersKey(arm.adapters), against.name]);
}
