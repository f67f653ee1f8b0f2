import { againstArm, LaconicError, nearestName, techniqueDefinition, type SuiteInput } from '../domain/index.js';

/** Only the named arms, and always the one that they are compared with and those that they are made from. Throws `usage` for a name that is no arm. */
export function selectArms(suite: SuiteInput, names: readonly string[]): SuiteInput {
  if (names.length === 0) return suite;
  const known = suite.arms.map((arm) => arm.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new LaconicError('usage', `--arm ${name}: the suite has no such arm.`, {
      hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Arms: ${known.join(', ')}.`,
    });
  }
  const against = againstArm(suite);
  // Named explicitly, because dropping arms could make another one the first baseline.
  const wanted = new Set(
    [...names, ...(against === null ? [] : [against])].flatMap((name) => withSources(suite, name)),
  );
  const kept = suite.arms.filter((arm) => wanted.has(arm.name));
  return { ...suite, arms: kept, ...(against === null ? {} : { against }) };
}

/** The arm, and the arms whose samples it is made from. Precondition: no circles, as in every suite that was checked. */
function withSources(suite: SuiteInput, name: string): string[] {
  const arm = suite.arms.find((each) => each.name === name);
  const source = arm && techniqueDefinition(arm.technique).traits.dependsOn(arm.params);
  return source ? [name, ...withSources(suite, source.arm)] : [name];
}

/** At most `limit` items of each data set; a smaller limit of the suite's own stays. */
export function limitItems(suite: SuiteInput, limit: number | undefined): SuiteInput {
  if (limit === undefined) return suite;
  const datasets = suite.datasets.map((dataset) => ({ ...dataset, limit: Math.min(dataset.limit ?? limit, limit) }));
  return { ...suite, datasets };
}
