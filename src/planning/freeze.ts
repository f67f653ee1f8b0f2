import {
  againstArm,
  armSampling,
  contentHash,
  LaconicError,
  type Arm,
  type ArmAdapter,
  type ArmInput,
  type ArmSteering,
  type DatasetProvenance,
  type FrozenSuite,
  type ModelReference,
  type PromptSpec,
  type SuiteInput,
} from '../domain/index.js';

/** What the suite's references turned out to be. */
export interface SuiteResolution {
  readonly datasets: readonly DatasetProvenance[];
  /** Alias under which a reference (alias or path) is registered. */
  readonly aliasOf: (reference: ModelReference) => string;
  /** By arm, for arms whose model has adapters. */
  readonly adapters?: Readonly<Record<string, readonly ArmAdapter[]>>;
  /** Solved examples by arm and data set, for arms that show some. */
  readonly examples?: Readonly<Record<string, Arm['examples']>>;
  /** By arm, for arms that are steered. */
  readonly steering?: Readonly<Record<string, ArmSteering>>;
}

/**
 * The suite as the run keeps it: every default filled in, every reference resolved, hashed.
 * Precondition: `suite` passed checkSuiteInput.
 */
export function freezeSuite(suite: SuiteInput, resolution: SuiteResolution): FrozenSuite {
  const against = againstArm(suite);
  if (against === null) {
    throw new LaconicError('suite-invalid', `Suite ${suite.name} names no arm to compare with.`, {
      hint: 'Set `against`, or add an arm with technique baseline.',
      where: 'against',
    });
  }
  const frozen: Omit<FrozenSuite, 'sha256'> = {
    name: suite.name,
    against,
    nonInferiorityMargin: suite.nonInferiorityMargin,
    seed: suite.sampling.seed,
    timingItems: suite.timing.items,
    datasets: resolution.datasets,
    arms: suite.arms.map((arm) => freezeArm(suite, arm, resolution)),
  };
  return { ...frozen, sha256: contentHash(frozen) };
}

function freezeArm(suite: SuiteInput, arm: ArmInput, resolution: SuiteResolution): Arm {
  const { aliasOf, adapters, examples, steering } = resolution;
  const added = adapters?.[arm.name];
  const shown = examples?.[arm.name];
  const steeredBy = steering?.[arm.name];
  return {
    name: arm.name,
    technique: arm.technique,
    params: Object.fromEntries(Object.entries(arm.params).filter(([, value]) => value !== undefined)),
    model: aliasOf(arm.model ?? suite.model),
    ...(added ? { adapters: added } : {}),
    sampling: armSampling(suite, arm),
    prompt: armPrompt(suite, arm),
    ...(shown ? { examples: shown } : {}),
    ...(steeredBy ? { steering: steeredBy } : {}),
  };
}

/** An arm's own null removes the suite's text; a key that it leaves out keeps it. */
function armPrompt(suite: SuiteInput, arm: ArmInput): PromptSpec {
  const pick = (key: keyof PromptSpec): string | null => {
    const own = arm.prompt?.[key];
    return own === undefined ? (suite.prompt?.[key] ?? null) : own;
  };
  return { system: pick('system'), prefix: pick('prefix'), suffix: pick('suffix') };
}
