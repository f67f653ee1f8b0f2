import { DEER } from './deer.js';

export { DEER_STOPS, type DeerParams } from './deer.js';

/** Techniques that look at what the model would answer, and leave the thinking when that is settled. */
export const EXIT_TECHNIQUES = [DEER] as const;
