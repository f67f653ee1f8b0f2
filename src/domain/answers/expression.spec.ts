import * as fc from 'fast-check';
import { parseExpression } from './expression.js';
import { add, divide, equals, multiply, rational, subtract, type Rational } from './rational.js';

type Tree = number | { readonly operator: '+' | '-' | '*' | '/'; readonly left: Tree; readonly right: Tree };

const tree = fc.letrec<{ tree: Tree; node: Tree; leaf: Tree }>((tie) => ({
  tree: fc.oneof({ maxDepth: 6, withCrossShrink: true }, tie('leaf'), tie('node')),
  leaf: fc.nat(999),
  node: fc.record({ operator: fc.constantFrom('+', '-', '*', '/'), left: tie('tree'), right: tie('tree') }),
})).tree;

function valueOf(node: Tree): Rational | null {
  if (typeof node === 'number') return rational(BigInt(node));
  const [left, right] = [valueOf(node.left), valueOf(node.right)];
  if (!left || !right) return null;
  return { '+': add, '-': subtract, '*': multiply, '/': divide }[node.operator](left, right);
}

/** As few parentheses as precedence and left association allow. */
function write(node: Tree, above = 0, isRight = false): string {
  if (typeof node === 'number') return String(node);
  const strength = node.operator === '+' || node.operator === '-' ? 1 : 2;
  const text = `${write(node.left, strength)} ${node.operator} ${write(node.right, strength, true)}`;
  return strength < above || (isRight && strength === above) ? `(${text})` : text;
}

function leaves(node: Tree): number[] {
  return typeof node === 'number' ? [node] : [...leaves(node.left), ...leaves(node.right)];
}

describe('parseExpression', () => {
  it('evaluates any tree exactly and lists its numbers when written with the fewest parentheses', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const parsed = parseExpression(write(node));
        const expected = valueOf(node);
        expect(parsed?.numbers.map(Number)).toEqual(leaves(node));
        expect(parsed?.value).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['-3 * -(4 - 6)', -6n, 1n],
    ['2 - -3', 5n, 1n],
    ['8 ÷ 3 × 3', 8n, 1n],
    ['3 \\times \\left(4 + 5\\right)', 27n, 1n],
    ['\\frac{10}{4} + 1', 7n, 2n],
    ['12−5', 7n, 1n],
    ['$2+3$', 5n, 1n],
  ])('reads %s', (text, numerator, denominator) => {
    const value = parseExpression(text)?.value;
    expect(value && equals(value, rational(numerator, denominator))).toBe(true);
  });

  it.each([
    '',
    '()',
    '3 +',
    '+ 3',
    '* 3',
    '3 4',
    '2(3)',
    '(2)(3)',
    '(3',
    '3)',
    '2 ^ 3',
    '2 ** 3',
    '3.5',
    'x + 1',
    '3 = 3',
    '5 % 2',
    '3 // 4',
    '4!',
  ])('refuses %s', (text) => expect(parseExpression(text)).toBeNull());

  it('has no value when it divides by zero somewhere inside', () => {
    expect(parseExpression('1 + 2 / (3 - 3)')).toEqual({ numbers: [1n, 2n, 3n, 3n], value: null });
  });

  it('answers at once when it meets 100 kB of parentheses', () => {
    const started = performance.now();
    for (const text of ['('.repeat(100_000), `${'('.repeat(50_000)}1${')'.repeat(50_000)}`, '-'.repeat(100_000)]) {
      expect(parseExpression(text)).toBeNull();
    }
    expect(performance.now() - started).toBeLessThan(500);
    expect(parseExpression(`${'('.repeat(900)}1${')'.repeat(900)}`)?.numbers).toEqual([1n]);
  });
});
