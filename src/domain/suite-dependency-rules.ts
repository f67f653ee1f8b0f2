import { canonicalJson } from './ids.js';
import { nearestName } from './nearest.js';
import type { SuiteProblem } from './suite-problem.js';
import type { ArmInput, SuiteInput } from './suite-input.js';
import { armSampling } from './suite-sampling.js';
import { techniqueDefinition, type ArmDependency } from './techniques/index.js';

/** Arms that are made from another arm's stored samples: the other one must be there, first, and of a kind that serves. */
export function dependencyProblems(suite: SuiteInput): SuiteProblem[] {
  return suite.arms.flatMap((arm, index) => {
    const dependency = dependencyOf(arm);
    if (!dependency) return [];
    const problem = problemOf(suite, arm, dependency);
    return problem ? [{ path: ['arms', index, 'params', dependency.parameter], ...problem }] : [];
  });
}

type Problem = Omit<SuiteProblem, 'path'>;

function dependencyOf(arm: ArmInput): ArmDependency | null {
  return techniqueDefinition(arm.technique).traits.dependsOn(arm.params);
}

function problemOf(suite: SuiteInput, arm: ArmInput, dependency: ArmDependency): Problem | null {
  const first = suite.arms.find(({ name }) => name === dependency.arm);
  if (!first) return unknownArm(suite, arm, dependency);
  const circle = circleFrom(suite, arm);
  if (circle) {
    return {
      message: `${arm.name} would have to wait for itself (${circle.join(' needs ')}).`,
      hint: 'Name an arm that does not depend on this one.',
    };
  }
  const repeats = [arm, first].map((each) => armSampling(suite, each).repeats);
  if (repeats[0] !== repeats[1]) {
    return {
      message: `${arm.name} has ${repeats[0]} samples an item, and ${first.name}, which they are made from, has ${repeats[1]}.`,
      hint: 'Give both arms the same sampling.repeats.',
    };
  }
  if (techniqueDefinition(first.technique).traits.batchSize(first.params) > 1) {
    return {
      message: `${first.name} asks several questions in one call, so what it wrote belongs to no single item.`,
      hint: 'Name an arm that asks one question at a time.',
    };
  }
  return dependency.uses === 'trace' ? replayProblem(suite, arm, first) : answerProblem(first);
}

function unknownArm(suite: SuiteInput, arm: ArmInput, { arm: name }: ArmDependency): Problem {
  const others = suite.arms.map((each) => each.name).filter((each) => each !== arm.name);
  const nearest = nearestName(name, others);
  return {
    message: `names ${name}, which is not an arm of this suite.`,
    hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Arms: ${others.join(', ')}.`,
  };
}

/** The names from the arm back to itself; null where it leads elsewhere. */
function circleFrom(suite: SuiteInput, arm: ArmInput): string[] | null {
  const names = [arm.name];
  for (let at: ArmInput | undefined = arm; at;) {
    const next: string | undefined = dependencyOf(at)?.arm;
    if (next === undefined || names.slice(1).includes(next)) return null;
    names.push(next);
    if (next === arm.name) return names;
    at = suite.arms.find(({ name }) => name === next);
  }
  return null;
}

/** What was read again was not written with any certainty. */
function answerProblem(first: ArmInput): Problem | null {
  if (dependencyOf(first)?.uses !== 'trace') return null;
  return {
    message: `${first.name} is a replay, which answers nothing by itself.`,
    hint: 'Name an arm that works online.',
  };
}

/** Token ids mean something behind the same prompt of the same model only, and were all written by it. */
function replayProblem(suite: SuiteInput, arm: ArmInput, first: ArmInput): Problem | null {
  const settings = (each: ArmInput): string =>
    canonicalJson([each.model ?? suite.model, armSampling(suite, each), { ...suite.prompt, ...each.prompt }]);
  if (settings(arm) !== settings(first)) {
    return {
      message: `${arm.name} and ${first.name} differ in model, sampling or prompt, so that a thinking of one is none of the other.`,
      hint: 'Give both arms the same model, sampling and prompt.',
    };
  }
  const { acts, entry, traits } = techniqueDefinition(first.technique);
  if (acts === 'in-prompt') {
    return {
      message: `${first.name} (${first.technique}) asks with another prompt than ${arm.name}.`,
      hint: 'Replay an arm whose technique leaves the prompt as it is, such as baseline or nowait.',
    };
  }
  if (traits.steering(first.params)) {
    return {
      message: `the thinking of ${first.name} was steered, and ${arm.name} would look at it without that.`,
      hint: 'Replay an arm that nothing steers, such as baseline.',
    };
  }
  if (traits.paths(first.params).most > 1) {
    return {
      message: `${first.name} chooses among several paths, so that its thinking is none that a sample of ${arm.name} could have.`,
      hint: 'Replay an arm with one path, such as baseline.',
    };
  }
  if (entry.ledgerColumns.includes('injected')) {
    return {
      message: `the thinking of ${first.name} (${first.technique}) may hold or be ended by text that the model did not write.`,
      hint: 'Replay an arm that injects nothing, such as baseline or nowait.',
    };
  }
  return null;
}
