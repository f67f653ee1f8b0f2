import type { ComparedArm } from '../../comparisons/index.js';
import { kindClass, type ArmClass } from '../arm-styles.js';
import { inlineMark } from '../charts/marks.js';
import type { ArmLabel } from '../report-context.js';
import { techniqueKind } from '../technique-kinds.js';

export function kindClassOf(technique: string): ArmClass {
  return kindClass(techniqueKind(technique));
}

/** Two sides of one kind look alike and are told apart by their names. */
export function comparedLabel({ label, technique }: ComparedArm): Omit<ArmLabel, 'number'> {
  return { name: label, className: kindClassOf(technique), mark: inlineMark(techniqueKind(technique)) };
}
