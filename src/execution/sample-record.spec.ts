import {
  EMPTY_LEDGER,
  LEDGER_KEYS,
  parseTechniqueParams,
  type Arm,
  type Generation,
  type Item,
  type TechniqueName,
} from '../domain/index.js';
import { NO_POSITIONS } from '../scoring/index.js';
import { errorRecords, sampleRecords } from './sample-record.js';

function arm(technique: TechniqueName): Arm {
  return {
    name: technique,
    technique,
    params: { ...parseTechniqueParams(technique, {}) },
    model: 'm',
    sampling: { temperature: 0, topP: 1, topK: 0, minP: 0, maxTokens: 64, repeats: 1, seed: 1 },
    prompt: { system: null, prefix: null, suffix: null },
  };
}

function item(id: string, question: string, answer: string): Item {
  const fixed = { dataset: 'sums', level: null, cluster: null, prompt: null };
  return { ...fixed, id, question, answer, check: { type: 'integer' }, contentHash: id };
}

const ITEMS = [item('a', '1 + 1?', '2'), item('b', '2 + 2?', '4'), item('c', '30 + 30 + 30?', '90')];
const CALL: Generation = {
  thinking: 'Easy.',
  answer: 'A[1]: \\boxed{2}\nA[3]: \\boxed{80}',
  thinkIds: [1, 2, 3, 4, 5, 6, 7],
  answerIds: [11, 12, 13, 14, 15],
  ledger: { ...EMPTY_LEDGER, prompt: 26, thinkSampled: 6, thinkInjected: 1, answerSampled: 5 },
  thinkStop: 'natural',
  stopReason: 'eos',
  stopDetail: null,
  events: [],
};

describe('sampleRecords', () => {
  it('makes one sample of an ordinary call, with its ledger as it is and no group', () => {
    const generation = { ...CALL, answer: 'A[1]: \\boxed{2}' };
    const [record, ...others] = sampleRecords(
      { arm: arm('be-concise'), items: ITEMS.slice(0, 1), repeat: 0 },
      { prompt: 'p', ends: NO_POSITIONS, generation },
    );
    expect(others).toEqual([]);
    expect(record).toMatchObject({ item: 'a', correct: true, ledger: CALL.ledger, thinkIds: CALL.thinkIds });
    expect(record).not.toHaveProperty('group');
    expect(record).not.toHaveProperty('certainty');
  });

  it('keeps how certain the model was of one question, and not of several together', () => {
    const certainty = { answerMean: 0.9, answerLeast: 0.4, answerTokens: 5, selfCertainty: 11.5 };
    const finished = { prompt: 'p', ends: NO_POSITIONS, generation: { ...CALL, certainty } };
    const of = (technique: TechniqueName, items: readonly Item[]) =>
      sampleRecords({ arm: arm(technique), items, repeat: 0 }, finished).map((record) => record.certainty);
    expect(of('baseline', ITEMS.slice(0, 1))).toEqual([certainty]);
    expect(of('batch-prompting', ITEMS)).toEqual([undefined, undefined, undefined]);
  });

  describe('of a batch', () => {
    const task = { arm: arm('batch-prompting'), items: ITEMS, repeat: 0 };
    const records = sampleRecords(task, { prompt: 'p', ends: NO_POSITIONS, generation: CALL });

    it('grades every question by its own part of the answer', () => {
      expect(records.map((record) => [record.item, record.extracted, record.reasonCode])).toEqual([
        ['a', '2', 'correct'],
        ['b', null, 'no-answer'],
        ['c', '80', 'wrong'],
      ]);
    });

    it('splits ledger and ids so that they add up to the call, in agreement with each other', () => {
      for (const key of LEDGER_KEYS) {
        expect(records.reduce((sum, record) => sum + record.ledger[key], 0)).toBe(CALL.ledger[key]);
      }
      expect(records.flatMap((record) => record.thinkIds)).toEqual(CALL.thinkIds);
      expect(records.flatMap((record) => record.answerIds)).toEqual(CALL.answerIds);
      for (const { ledger, thinkIds, answerIds } of records) {
        expect(thinkIds.length).toBe(ledger.thinkSampled + ledger.thinkInjected);
        expect(answerIds.length).toBe(ledger.answerSampled + ledger.answerInjected);
      }
    });

    it('names the call that the samples share, the same in every run of it', () => {
      const [first] = records;
      expect(records.map((record) => record.group)).toEqual(
        [0, 1, 2].map((index) => ({ id: first?.group?.id, index, size: 3 })),
      );
      expect(first?.group?.id).toMatch(/^[0-9a-f]{16}$/);
      expect(sampleRecords(task, { prompt: 'p', ends: NO_POSITIONS, generation: CALL })).toEqual(records);
      const [repeated] = sampleRecords({ ...task, repeat: 1 }, { prompt: 'p', ends: NO_POSITIONS, generation: CALL });
      expect(repeated?.group?.id).not.toBe(first?.group?.id);
    });

    it('counts all questions as censored where the call was cut inside its thinking', () => {
      const cut = sampleRecords(task, {
        prompt: 'p',
        ends: NO_POSITIONS,
        generation: { ...CALL, thinkStop: 'cap', answer: '' },
      });
      expect(cut.map((record) => record.reasonCode)).toEqual(['censored', 'censored', 'censored']);
    });

    it('measures no thinking, which belongs to the call', () => {
      const shares = sampleRecords(task, { prompt: 'p', ends: NO_POSITIONS, generation: CALL });
      expect(shares.map((record) => record.measures)).toEqual([undefined, undefined, undefined]);
      const single = sampleRecords(
        { arm: arm('baseline'), items: ITEMS.slice(0, 1), repeat: 0 },
        { prompt: 'p', ends: NO_POSITIONS, generation: CALL },
      );
      expect(single[0]?.measures).toBeDefined();
    });

    it('keeps the group of a question that was left alone', () => {
      const [alone] = sampleRecords(
        { ...task, items: ITEMS.slice(0, 1) },
        { prompt: 'p', ends: NO_POSITIONS, generation: CALL },
      );
      expect(alone).toMatchObject({ extracted: '2', ledger: CALL.ledger, group: { index: 0, size: 1 } });
    });
  });
});

describe('errorRecords', () => {
  it('makes an error of every question of the call', () => {
    const records = errorRecords({ arm: arm('batch-prompting'), items: ITEMS, repeat: 0 }, 'died');
    expect(records.map((record) => [record.item, record.reasonCode, record.stopDetail])).toEqual([
      ['a', 'engine-error', 'died'],
      ['b', 'engine-error', 'died'],
      ['c', 'engine-error', 'died'],
    ]);
  });
});
