import { tokenTotals, type SampleRecord, type VoteDetail } from '../../domain/index.js';
import { renderReport } from '../render-report.js';
import { reportContext } from '../report-context.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { traceEntries } from './entries.js';
import { traceView } from './trace-view.js';
import { shownPath, votePaths } from './vote-paths.js';

const VOTE: VoteDetail = {
  of: 5,
  run: 3,
  ended: 'decided',
  chosen: 1,
  votes: [
    { answer: '<7>', weight: 1, paths: [0] },
    { answer: '8', weight: 2, paths: [1, 2] },
  ],
};

/** The sample as one of three paths, the second, with a ledger three times as large. */
function voted(sample: SampleRecord): SampleRecord {
  const { ledger, thinkIds, answerIds, thinking, answer, thinkStop, stopReason, stopDetail, ...rest } = sample;
  const path = { thinking, answer, thinkIds, answerIds, ledger, thinkStop, stopReason, stopDetail, events: [] };
  const graded = { ...path, extracted: '8', correct: sample.correct, reasonCode: rest.reasonCode };
  const certainty = { answerMean: 1, answerLeast: 1, answerTokens: 3, selfCertainty: 12.5 };
  return {
    ...sample,
    ledger: { ...ledger, thinkSampled: 3 * ledger.thinkSampled, answerSampled: 3 * ledger.answerSampled },
    events: [{ at: tokenTotals(ledger).delivered, type: 'vote', detail: JSON.stringify(VOTE) }],
    paths: [{ ...graded, extracted: null, correct: false, reasonCode: 'no-answer' }, { ...graded, certainty }, graded],
  };
}

const input = syntheticRun({ items: 4, changeSample: (one) => (one.arm === 'nowait' ? voted(one) : one) });
const sample = input.samples.find(({ arm }) => arm === 'nowait') as SampleRecord;

describe('the paths of a vote', () => {
  it('are listed with their answers, tokens and certainty, the chosen one marked', () => {
    const view = votePaths(sample);
    expect(view?.summary).toBe('3 of 5 paths, 2 answers: <7> (1), 8 (2)');
    expect(view?.rows.map(({ answer, isChosen, certainty }) => [answer, isChosen, certainty])).toEqual([
      ['no answer', false, ''],
      ['8', true, '12.500'],
      ['8', false, ''],
    ]);
  });

  it('leave the trace to the path that won: its tokens, not those of all', () => {
    expect(shownPath(sample).ledger).toEqual(sample.paths?.[1]?.ledger);
    const context = reportContext(input);
    const entry = traceEntries(context).find(({ arm }) => arm.result.name === 'nowait');
    if (!entry) throw new TypeError('the arm has traces');
    const view = traceView(context, entry);
    expect(view.summary).toContain(`${tokenTotals(entry.sample.ledger).delivered} tokens`);
    expect(view.paths?.rows).toHaveLength(3);
    expect(view.answers.flatMap(({ chips }) => chips.map(({ text }) => text))).toContainEqual(
      expect.stringContaining('vote decided after 3 of 5 paths'),
    );
  });

  it('stand collapsed and escaped in the report', async () => {
    const html = await renderReport(input);
    expect(html).toMatch(/<details class=\\?"paths\\?"/);
    expect(html).not.toContain('answers: <7>');
  });

  it('are absent where a sample was not chosen among several', () => {
    const plain = input.samples.find(({ arm }) => arm === 'baseline') as SampleRecord;
    expect(votePaths(plain)).toBeNull();
    expect(shownPath(plain)).toBe(plain);
  });
});

describe('several samples of an item', () => {
  it('are a table where an arm has them, and nothing where none has', async () => {
    expect(await renderReport(input)).not.toContain('maj@k');
    const estimate = { value: 0.5, interval: [0.25, 0.75] as const };
    const point = { k: 2, pass: estimate, majority: estimate, general: [{ tau: 0.5, ...estimate }] };
    const arms = input.result.arms.map((arm, index) => {
      if (index === 0) return { ...arm, passAtK: { of: 'repeats' as const, samples: 4, items: 8, points: [point] } };
      return index === 1 ? { ...arm, paths: { asked: 5, run: { value: 3.25, interval: [3, 3.5] as const } } } : arm;
    });
    const html = await renderReport({ ...input, result: { ...input.result, arms } });
    expect(html).toContain('4 repeats');
    expect(html).toContain('3.3 (3.0–3.5) of 5 paths');
    expect(html).toContain('no unbiased estimate');
  });
});
