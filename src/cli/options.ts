import { join } from 'node:path';
import { InvalidArgumentError } from 'commander';

/** A whole number from 1. */
export function parseCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('a whole number from 1');
  return Number(text);
}

/** A whole number from 0 to `most`. */
export function parseUpTo(most: number): (text: string) => number {
  return (text) => {
    if (!/^\d{1,9}$/.test(text) || Number(text) > most)
      throw new InvalidArgumentError(`a whole number from 0 to ${most}`);
    return Number(text);
  };
}

/** Where the outputs of a run lie unless told otherwise, relative to the working directory. */
export function defaultFolder(runId: string): string {
  return join('reports', 'out', runId);
}
