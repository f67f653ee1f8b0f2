import { LaconicError, type Arm, type ModelProvenance } from '../domain/index.js';
import type { StoredRun } from './runs-reader.js';

export interface BaselineArm {
  readonly arm: Arm;
  readonly model: ModelProvenance;
}

/**
 * An arm whose samples are the model's own, and its model as the run froze it. Throws `usage` for an arm that is no
 * baseline, and `run-not-finished`.
 */
export function baselineArm(stored: StoredRun, name: string): BaselineArm {
  const { view, suite, provenance } = stored;
  const arm = suite.arms.find((candidate) => candidate.name === name);
  if (arm?.technique !== 'baseline') throw noBaseline(stored, name);
  if (view.status !== 'completed') {
    throw new LaconicError('run-not-finished', `Run ${view.id} is ${view.status}.`, {
      hint: `Finish it with \`laconic resume ${view.id}\`.`,
      where: view.id,
    });
  }
  const model = provenance.models.find(({ alias }) => alias === arm.model);
  if (model) return { arm, model };
  throw new LaconicError('internal', `The run does not say which model ${arm.model} is.`, {
    hint: 'This is a defect; please report it with the run.',
  });
}

function noBaseline({ view, suite }: StoredRun, name: string): LaconicError {
  const baselines = suite.arms.filter(({ technique }) => technique === 'baseline').map((candidate) => candidate.name);
  return new LaconicError('usage', `Run ${view.id} has no baseline arm called ${name}.`, {
    hint:
      baselines.length > 0
        ? `Its baselines: ${baselines.join(', ')}.`
        : 'Name a run with an arm of technique baseline.',
    where: '--arm',
  });
}
