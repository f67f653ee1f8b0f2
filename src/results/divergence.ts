import { sha256Hex, techniqueDefinition, type Arm, type FrozenSuite, type SampleRecord } from '../domain/index.js';
import { TokenStore } from './token-store.js';

/** Which arms can leave another's path: written by the same model as the arm they are compared with, and not that arm itself. */
export interface DivergencePlan {
  readonly against: string;
  readonly arms: ReadonlySet<string>;
}

export function divergencePlan(suite: FrozenSuite): DivergencePlan {
  const model = suite.arms.find((arm) => arm.name === suite.against)?.model;
  const modelsOf = (arm: Arm | undefined): string[] => (arm ? [arm.model, ...modelsOf(armBehind(suite, arm))] : []);
  const arms = suite.arms.filter((arm) => arm.name !== suite.against && modelsOf(arm).every((each) => each === model));
  return { against: suite.against, arms: new Set(arms.map((arm) => arm.name)) };
}

/** The arm whose samples this one may take over. */
function armBehind(suite: FrozenSuite, { technique, params }: Arm): Arm | undefined {
  const dependency = techniqueDefinition(technique).traits.dependsOn(params);
  return suite.arms.find(({ name }) => name === dependency?.arm);
}

/** The delivered token ids of the compared arm, by sample. */
export class DivergenceIndex {
  private readonly tokens = new TokenStore();
  private readonly entries = new Map<string, { readonly slot: number; readonly prompt: string }>();

  constructor(private readonly plan: DivergencePlan) {}

  /** Takes the compared arm's samples and ignores the others. */
  add(sample: SampleRecord): void {
    if (sample.arm !== this.plan.against) return;
    const slot = this.tokens.add(sample.thinkIds, sample.answerIds);
    this.entries.set(keyOf(sample), { slot, prompt: sha256Hex(sample.prompt) });
  }

  /**
   * The sample with `divergedFrom` and `divergedAt` filled in: the first index in delivered (think ids, then answer
   * ids) at which the tokens differ, or the shorter length where one is the beginning of the other. Null where the
   * tokens are equal, or where prompts or models differ, so that there was no common path to leave.
   */
  fill(sample: SampleRecord): SampleRecord {
    const entry = this.plan.arms.has(sample.arm) ? this.entries.get(keyOf(sample)) : undefined;
    if (!entry || entry.prompt !== sha256Hex(sample.prompt)) return sample;
    const divergedAt = this.tokens.firstDifference(entry.slot, sample.thinkIds, sample.answerIds);
    return divergedAt === null ? sample : { ...sample, divergedFrom: this.plan.against, divergedAt };
  }
}

/** Two passes over the samples: the compared arm may be sorted after the arms that need it. */
export async function* withDivergence(
  read: () => AsyncIterable<SampleRecord>,
  plan: DivergencePlan,
): AsyncGenerator<SampleRecord> {
  const index = new DivergenceIndex(plan);
  if (plan.arms.size > 0) for await (const sample of read()) index.add(sample);
  for await (const sample of read()) yield index.fill(sample);
}

function keyOf(sample: SampleRecord): string {
  return `${sample.dataset}\u0000${sample.item}\u0000${sample.repeat}`;
}
