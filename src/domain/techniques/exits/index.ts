import { CONFIDENCE } from './confidence.js';
import { CONVERGENCE } from './convergence.js';
import { DEER } from './deer.js';
import { DYNASOR } from './dynasor.js';
import { EAT } from './eat.js';

export { sureEnough, type ConfidenceParams } from './confidence.js';
export type { ConvergenceParams } from './convergence.js';
export { ANSWER_STOPS, type DeerParams } from './deer.js';
export { DYNASOR_CLOSING, type DynasorParams } from './dynasor.js';
export type { EatParams } from './eat.js';

/** Techniques that look at what the model would answer, and leave the thinking when that is settled. */
export const EXIT_TECHNIQUES = [DEER, DYNASOR, CONVERGENCE, EAT, CONFIDENCE] as const;
