import { canonicalJson } from './ids.js';
import { nearestName } from './nearest.js';
import type { SuiteProblem } from './suite-problem.js';
import type { ModelReference } from './model-reference.js';
import type { ArmInput, SuiteInput } from './suite-input.js';
import { armSampling } from './suite-sampling.js';
import { dependencyProblems } from './suite-dependency-rules.js';
import { techniqueDefinition } from './techniques/index.js';

/** The rules between the parts of a suite whose shape is right. */
export function suiteRuleProblems(suite: SuiteInput): SuiteProblem[] {
  return [
    ...endpointProblems(suite),
    ...datasetProblems(suite),
    ...armNameProblems(suite),
    ...againstProblems(suite),
    ...suite.arms.flatMap((arm, index) => armProblems(suite, arm, index)),
    ...exampleProblems(suite),
    ...identicalArmProblems(suite),
    ...dependencyProblems(suite),
  ];
}

/** The arm that the others are compared with; null where none is named and no arm is a baseline. */
export function againstArm(suite: SuiteInput): string | null {
  return suite.against ?? suite.arms.find((arm) => arm.technique === 'baseline')?.name ?? null;
}

function endpointProblems(suite: SuiteInput): SuiteProblem[] {
  const references: [ModelReference | undefined, (string | number)[]][] = [
    [suite.model, ['model']],
    ...suite.arms.map((arm, index): [ModelReference | undefined, (string | number)[]] => [
      arm.model,
      ['arms', index, 'model'],
    ]),
  ];
  return references
    .filter(([reference]) => typeof reference === 'object' && 'endpoint' in reference)
    .map(([, path]) => ({
      path,
      message: 'names a remote endpoint, and remote endpoints are not supported yet.',
      hint: 'Name a registered model (laconic models ls) or a GGUF file: {path: model.gguf}.',
    }));
}

function datasetProblems(suite: SuiteInput): SuiteProblem[] {
  const problems: SuiteProblem[] = [];
  const seen = new Set<string>();
  for (const [index, dataset] of suite.datasets.entries()) {
    const path = ['datasets', index];
    if (dataset.name === undefined && dataset.path === undefined) {
      problems.push({
        path,
        message: 'names no data set.',
        hint: 'Give it a `name` (laconic datasets ls) or the `path` of a JSONL file.',
      });
    }
    if (dataset.path !== undefined && dataset.split !== undefined) {
      problems.push({
        path: [...path, 'split'],
        message: 'is given for a file of your own, which has no splits.',
        hint: 'Leave `split` out, or register the file first: laconic datasets add.',
      });
    }
    const identity = dataset.path === undefined ? `name ${dataset.name}` : `path ${dataset.path}`;
    if (seen.has(identity)) {
      problems.push({
        path,
        message: `names the same data set again (${identity}).`,
        hint: 'List each data set once.',
      });
    }
    seen.add(identity);
  }
  return problems;
}

/** Arm names become file names and CSS classes on systems that ignore case, so case alone must not tell two apart. */
function armNameProblems(suite: SuiteInput): SuiteProblem[] {
  const first = new Map<string, string>();
  const problems: SuiteProblem[] = [];
  for (const [index, { name }] of suite.arms.entries()) {
    const other = first.get(name.toLowerCase());
    if (other === undefined) first.set(name.toLowerCase(), name);
    else {
      problems.push({
        path: ['arms', index, 'name'],
        message: `is ${name}, but there is already an arm ${other}.`,
        hint: 'Give every arm its own name; names that differ only in upper and lower case count as equal.',
      });
    }
  }
  return problems;
}

function againstProblems(suite: SuiteInput): SuiteProblem[] {
  const names = suite.arms.map((arm) => arm.name);
  const against = againstArm(suite);
  if (against === null) {
    return [
      {
        path: ['against'],
        message: 'is missing, and no arm has technique baseline.',
        hint: `Name the arm that the others are compared with: ${names.join(', ')}.`,
      },
    ];
  }
  if (names.includes(against)) return [];
  const nearest = nearestName(against, names);
  return [
    {
      path: ['against'],
      message: `names ${against}, which is not an arm of this suite.`,
      hint: `${nearest === null ? '' : `Did you mean ${nearest}? `}Arms: ${names.join(', ')}.`,
    },
  ];
}

/** The parameter after which an arm's thinking is ended by force, and its value. */
function hardBudget(arm: ArmInput): [key: string, tokens: number | undefined] {
  if (arm.technique === 'budget' || arm.technique === 's1') return ['tokens', arm.params.tokens];
  if (arm.technique === 'soft-budget' && arm.params.atDeadline === 'close') return ['deadline', arm.params.deadline];
  return ['tokens', undefined];
}

function armProblems(suite: SuiteInput, arm: ArmInput, index: number): SuiteProblem[] {
  const sampling = armSampling(suite, arm);
  const problems: SuiteProblem[] = [];
  const [key, budget] = hardBudget(arm);
  if (budget !== undefined && budget >= sampling.maxTokens) {
    problems.push({
      path: ['arms', index, 'params', key],
      message: `is ${budget}, but maxTokens (${sampling.maxTokens}) ends every sample of ${arm.name} before that.`,
      hint: 'Lower the budget or raise sampling.maxTokens; leave room for the answer.',
    });
  }
  const { most: paths } = techniqueDefinition(arm.technique).traits.paths(arm.params);
  if (sampling.temperature === 0 && paths > 1) {
    problems.push({
      path: ['arms', index, 'params', 'paths'],
      message: `is ${paths} at temperature 0: greedy decoding gives the same path every time.`,
      hint: `Give ${arm.name} a temperature of its own (sampling: {temperature: 0.6}) or the suite one above 0, or set paths to 1.`,
    });
  }
  if (sampling.temperature === 0 && sampling.repeats > 1) {
    const own = arm.sampling?.repeats !== undefined || arm.sampling?.temperature !== undefined;
    // One message for the suite's own sampling, not one per arm.
    if (own || suite.arms.findIndex((other) => isGreedyRepeat(suite, other)) === index) {
      problems.push({
        path: own ? ['arms', index, 'sampling'] : ['sampling', 'repeats'],
        message: `is ${sampling.repeats} at temperature 0: greedy decoding gives the same text every time.`,
        hint: 'Set repeats to 1, or a temperature above 0.',
      });
    }
  }
  return problems;
}

/** Examples come from calibration items, so every data set must have some, and none of them may be evaluated. */
function exampleProblems(suite: SuiteInput): SuiteProblem[] {
  const index = suite.arms.findIndex((arm) => techniqueDefinition(arm.technique).traits.shots(arm.params) > 0);
  const arm = suite.arms[index];
  if (!arm) return [];
  return suite.datasets.flatMap((dataset, datasetIndex): SuiteProblem[] => {
    if (dataset.path === undefined && dataset.split !== 'calibration') return [];
    const why =
      dataset.path === undefined
        ? 'evaluates the calibration items'
        : 'is a file of your own, which has no calibration items';
    return [
      {
        path: ['datasets', datasetIndex],
        message: `${why}, and arm ${arm.name} takes its examples from them.`,
        hint: `Remove the arm, or use a registered data set with split: items (laconic datasets add --help).`,
      },
    ];
  });
}

function isGreedyRepeat(suite: SuiteInput, arm: ArmInput): boolean {
  return arm.sampling?.repeats === undefined && arm.sampling?.temperature === undefined && suite.sampling.repeats > 1;
}

function identicalArmProblems(suite: SuiteInput): SuiteProblem[] {
  const first = new Map<string, string>();
  const problems: SuiteProblem[] = [];
  for (const [index, arm] of suite.arms.entries()) {
    const content = canonicalJson([
      arm.technique,
      arm.params,
      arm.model ?? suite.model,
      armSampling(suite, arm),
      { ...suite.prompt, ...arm.prompt },
    ]);
    const other = first.get(content);
    if (other === undefined) first.set(content, arm.name);
    else {
      problems.push({
        path: ['arms', index],
        message: `${arm.name} does exactly what ${other} does.`,
        hint: 'Remove one of the two, or change a parameter, the model, the sampling or the prompt.',
      });
    }
  }
  return problems;
}
