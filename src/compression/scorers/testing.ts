import type { ReadCall } from '../../inference/index.js';
import type { LogProbReader } from './log-prob-reader.js';

/** ln p(id | the ids before it), of a model that is a formula. */
export type Formula = (id: number, before: readonly number[]) => number;

/** Reads by a formula; remembers what it was asked. */
export class FormulaReader implements LogProbReader {
  readonly asked: ReadCall[][] = [];

  constructor(private readonly formula: Formula) {}

  engines = (calls: number): number => Math.min(calls, 2);

  read: LogProbReader['read'] = async (calls, { signal, take }) => {
    this.asked.push([...calls]);
    // Backwards: nobody may rely on the order.
    for (const [call, { ids, from = 0 }] of [...calls.entries()].toReversed()) {
      signal.throwIfAborted();
      take(
        call,
        Float32Array.from(ids.slice(from), (id, place) => this.formula(id, ids.slice(0, from + place))),
      );
    }
    return Promise.resolve();
  };
}
