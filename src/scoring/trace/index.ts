export { measureTrace, NO_POSITIONS, type TextPositions } from './measure-trace.js';
export { REFLECTION_WORDS } from './reflections.js';
export { LONGEST_PERIOD, LOOP_TIMES, LOOP_TOKENS, REPEATED_RUN } from './repetition.js';
export { isSameResult } from './stated-results.js';
export { splitSentences } from './sentences.js';
