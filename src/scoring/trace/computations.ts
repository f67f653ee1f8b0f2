/** A piece of arithmetic in a sentence, in one spelling: no spaces, `*`, `/` and `-` for their variants. */
export interface Computation {
  readonly expression: string;
  /** An equals sign follows: the text evaluates it here. */
  readonly isEvaluated: boolean;
}

/** Arithmetic further on in a sentence is not looked for; a reasoning step is shorter. */
const SEARCHED = 4_000;
const RUN = /[\d(][\d\s+\-*/×÷·−().,:^%]*/g;
const OPERATION = /[\d)]\s*(?:[+*×÷·−^]|-|\/\/?|%)\s*[\d(]/;

/** Every arithmetic expression with at least one operator; `10:30` and `1,000` alone are none. */
export function computationsIn(text: string): readonly Computation[] {
  const sentence = text.slice(0, SEARCHED);
  const found: Computation[] = [];
  for (const match of sentence.matchAll(RUN)) {
    const [run] = match;
    for (const { piece, end } of pieces(run)) {
      if (!OPERATION.test(piece)) continue;
      const rest = sentence.slice(match.index + end, match.index + end + 8);
      found.push({ expression: normalised(piece), isEvaluated: /^\s*=/.test(rest) });
    }
  }
  return found;
}

/** A comma, colon or full stop before a blank ends an expression; inside a number it does not. */
function pieces(run: string): { piece: string; end: number }[] {
  const result: { piece: string; end: number }[] = [];
  let from = 0;
  for (let at = 0; at <= run.length; at += 1) {
    const isEnd = at === run.length || (/[.,:]/.test(run[at] ?? '') && /^\s|^$/.test(run.slice(at + 1, at + 2)));
    if (!isEnd) continue;
    result.push({ piece: run.slice(from, at), end: at });
    from = at + 1;
  }
  return result;
}

function normalised(text: string): string {
  const plain = text.replaceAll(/[\s,]/g, '').replaceAll(/[×·]/g, '*').replaceAll('÷', '/').replaceAll('−', '-');
  return withoutTail(balanced(plain));
}

/** What an expression cannot end with belongs to the sentence: an operator, a full stop. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && '+-*/^%.:'.includes(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

/** Without the parentheses that have no partner: `(7 - 3) * 2)` at the end of an aside. */
function balanced(text: string): string {
  const open: number[] = [];
  const lone = new Set<number>();
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') open.push(at);
    if (text[at] === ')' && open.pop() === undefined) lone.add(at);
  }
  for (const at of open) lone.add(at);
  return lone.size === 0
    ? text
    : Array.from(text)
        .filter((_character, at) => !lone.has(at))
        .join('');
}
