import { LaconicError } from '../../domain/index.js';
import type { BenchPrompt } from './contestant.js';
import type { PeerProcess } from './peer-process.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const WORDS = ['add', 'the', 'two', 'numbers', 'then', 'take', 'seven', 'from', 'what', 'is', 'left', 'and', 'wait'];

/** Prompts of one token each, all different: decoding and nothing else. */
export async function onePerLetter(tokenizer: PeerProcess): Promise<BenchPrompt[]> {
  const prompts: BenchPrompt[] = [];
  for (const letter of LETTERS) {
    const prompt = await tokenizer.tokenize(letter);
    if (prompt.ids.length === 1) prompts.push(prompt);
  }
  if (prompts.length >= 32) return prompts;
  throw new LaconicError('model-invalid', 'The model has too few tokens for single letters.', {
    hint: 'It cannot be used for benchmarks.',
  });
}

/** Plain words of at most `length` tokens, as near to it as the tokenizer allows. */
export async function promptOfLength(tokenizer: PeerProcess, length: number): Promise<BenchPrompt> {
  const words = Array.from({ length }, (_, index) => WORDS[(index * 7) % WORDS.length] ?? '');
  const prompt = async (count: number): Promise<BenchPrompt> => tokenizer.tokenize(words.slice(0, count).join(' '));
  let [fits, tooMany] = [1, words.length + 1];
  while (tooMany - fits > 1) {
    const middle = (fits + tooMany) >> 1;
    if ((await prompt(middle)).ids.length <= length) fits = middle;
    else tooMany = middle;
  }
  return prompt(fits);
}
