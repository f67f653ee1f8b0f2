import { LONGEST_ANSWER, plainMath } from './markup.js';
import { add, divide, multiply, negate, rational, subtract, type Rational } from './rational.js';

/** A parsed expression: the numbers in it, in order, and its value; null where it divides by zero. */
export interface ParsedExpression {
  readonly numbers: readonly bigint[];
  readonly value: Rational | null;
}

type Binary = '+' | '-' | '*' | '/';
type Operator = Binary | 'negate' | '(';

const PRECEDENCE: Readonly<Record<Operator, number>> = { '(': 0, '+': 1, '-': 1, '*': 2, '/': 2, negate: 3 };

/**
 * Whole numbers, + - * / (also × ÷ and their LaTeX names), a minus sign in front, and parentheses; null for anything else.
 * Two stacks instead of recursion (Dijkstra's shunting yard), so that 100 kB of parentheses cannot exhaust the call stack.
 */
export function parseExpression(text: string): ParsedExpression | null {
  if (text.length > LONGEST_ANSWER) return null;
  const plain = plainMath(text).replace(/^\$|\$$/g, '');
  const tokens = plain.match(/\d+|[-+*/()]|\S/g) ?? [];
  const machine = new Evaluator();
  for (const token of tokens) {
    if (!machine.take(token)) return null;
  }
  return machine.finish();
}

class Evaluator {
  private readonly numbers: bigint[] = [];
  private readonly values: (Rational | null)[] = [];
  private readonly operators: Operator[] = [];
  private operandExpected = true;

  /** False where the token cannot stand here. */
  take(token: string): boolean {
    if (/^\d+$/.test(token)) return this.takeNumber(BigInt(token));
    if (token === '(') return this.open();
    if (token === ')') return this.close();
    if (token !== '+' && token !== '-' && token !== '*' && token !== '/') return false;
    if (this.operandExpected) {
      if (token === '-') this.operators.push('negate');
      return token === '-';
    }
    this.reduceWhile((operator) => PRECEDENCE[operator] >= PRECEDENCE[token]);
    this.operators.push(token);
    this.operandExpected = true;
    return true;
  }

  finish(): ParsedExpression | null {
    if (this.operandExpected) return null;
    this.reduceWhile((operator) => operator !== '(');
    const value = this.values[0];
    return this.operators.length > 0 || value === undefined ? null : { numbers: this.numbers, value };
  }

  private takeNumber(number: bigint): boolean {
    if (!this.operandExpected) return false;
    this.numbers.push(number);
    this.values.push(rational(number));
    this.operandExpected = false;
    return true;
  }

  private open(): boolean {
    if (this.operandExpected) this.operators.push('(');
    return this.operandExpected;
  }

  private close(): boolean {
    if (this.operandExpected) return false;
    this.reduceWhile((operator) => operator !== '(');
    return this.operators.pop() === '(';
  }

  private reduceWhile(applies: (operator: Operator) => boolean): void {
    for (let operator = this.operators.at(-1); operator && applies(operator); operator = this.operators.at(-1)) {
      this.operators.pop();
      const right = this.values.pop() ?? null;
      if (operator === 'negate') this.values.push(right && negate(right));
      else this.values.push(apply(operator, this.values.pop() ?? null, right));
    }
  }
}

/** Null (no value) is contagious: a division by zero inside leaves the whole expression without a value. */
function apply(operator: Operator, left: Rational | null, right: Rational | null): Rational | null {
  if (!left || !right) return null;
  switch (operator) {
    case '+':
      return add(left, right);
    case '-':
      return subtract(left, right);
    case '*':
      return multiply(left, right);
    case '/':
      return divide(left, right);
    case '(':
    case 'negate':
      return null;
  }
}
