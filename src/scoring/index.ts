export { extractAnswer } from './extract.js';
export { grade, GRADER } from './grade.js';
