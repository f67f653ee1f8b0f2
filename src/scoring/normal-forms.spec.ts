import { readFileSync } from 'node:fs';
import path from 'node:path';
import { grade } from './grade.js';

/** Cases that the engine's own test reads, too: what an early exit takes for the same answer must be the same answer here. */
const CASES = readFileSync(path.join(__dirname, '..', '..', 'engine', 'test', 'equal_answers.txt'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [string, string, string]);

const ITEMS = [
  { answer: '112', check: { type: 'integer' } },
  { answer: '-7', check: { type: 'integer' } },
  { answer: '12:30', check: { type: 'clock' } },
] as const;

function graded(text: string): boolean[] {
  return ITEMS.map(
    (item) => grade({ answer: `\\boxed{${text}}`, thinkStop: 'natural', stopReason: 'eos' }, item).correct,
  );
}

describe('answers that the engine takes for equal', () => {
  it.each(CASES.filter(([, , verdict]) => verdict === 'equal'))('are graded alike: %j and %j', (left, right) => {
    expect(graded(left)).toEqual(graded(right));
  });
});
