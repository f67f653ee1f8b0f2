import type { SampleRecord } from '../../domain/index.js';
import type { ReportInput } from '../report-input.js';
import { SYNTHETIC_ARMS } from './synthetic-arms.js';
import { syntheticRun } from './synthetic-run.js';

/** A run of so many arms: each thinks and errs as one of the usual six does, a little differently from all others. */
export function manyArms(count: number): ReportInput {
  const arms = Array.from({ length: count }, (_unused, index) => {
    const like = SYNTHETIC_ARMS[index % SYNTHETIC_ARMS.length] ?? SYNTHETIC_ARMS[0];
    return index < SYNTHETIC_ARMS.length
      ? like
      : { ...like, name: `${like.name}-variation-number-${index}`, like: like.name };
  });
  return syntheticRun({ arms, items: 8, changeSample: varied(new Map(arms.map(({ name }, index) => [name, index]))) });
}

/** Lengths and mistakes that follow from the arm's number and the item's. */
function varied(numbers: ReadonlyMap<string, number>): (sample: SampleRecord) => SampleRecord {
  return (sample) => {
    const number = numbers.get(sample.arm) ?? 0;
    if (number < SYNTHETIC_ARMS.length) return sample;
    const errs = (Number(sample.item.slice(-3)) * 7 + number) % 13 < number % 5;
    const thinkSampled = Math.round((sample.ledger.thinkSampled * (8 + (number % 9))) / 11);
    const probeSampled = number % 4 === 0 ? number : 0;
    return {
      ...sample,
      correct: sample.correct && !errs,
      reasonCode: sample.correct && errs ? 'wrong' : sample.reasonCode,
      ledger: { ...sample.ledger, thinkSampled, probeSampled },
    };
  };
}
