export { checkAnswer, referenceProblem, parseChoice, normalText, type CheckVerdict } from './check.js';
export { answerKey } from './key.js';
export { parseClock, type ClockValue } from './clock.js';
export { parseExpression, type ParsedExpression } from './expression.js';
export { parseInteger, parseNumber, rationalOf } from './number.js';
export { add, divide, equals, multiply, negate, rational, subtract, within, type Rational } from './rational.js';
