export { extractAnswer } from './extract.js';
export { grade, GRADER } from './grade.js';
export {
  isSameResult,
  measureTrace,
  NO_POSITIONS,
  REFLECTION_WORDS,
  REPEATED_RUN,
  splitSentences,
  type TextPositions,
} from './trace/index.js';
