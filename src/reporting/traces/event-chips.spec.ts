import type { SampleEvent, SampleRecord } from '../../domain/index.js';
import { syntheticRun } from '../testing/synthetic-run.js';
import { eventChips } from './event-chips.js';
import { splitSteps } from './steps.js';

const model = syntheticRun({ items: 1 }).samples[0];
const THINKING = 'one two three\nfour five six\nseven eight nine';

function chips(
  events: readonly SampleEvent[],
  more: Partial<SampleRecord> = {},
  fork: { token: number; character: number } | null = null,
) {
  if (model === undefined) throw new TypeError('the synthetic run has samples');
  const { measures: _measures, ...unmeasured } = model;
  const sample = { ...unmeasured, thinking: THINKING, events, ...more };
  return eventChips(sample, { steps: splitSteps(THINKING), tokens: 30 }, fork);
}

describe('eventChips', () => {
  it('stands in the step that its position falls into', () => {
    const { steps, answer } = chips([
      { at: 1, type: 'suppressed', detail: 'Wait' },
      { at: 29, type: 'probe', detail: '' },
      { at: 30, type: 'forced', detail: '\\boxed{' },
    ]);
    expect(steps.get(0)).toEqual([{ className: 'ev-s', text: 'suppressed “Wait” at 1' }]);
    expect(steps.get(2)).toEqual([{ className: 'ev-p', text: 'probe at 29' }]);
    expect(answer).toEqual([{ className: 'ev-f', text: 'forced “\\boxed{” at 30' }]);
  });

  it('names the vector and its strength where a sample is steered', () => {
    const { steps } = chips([{ at: 0, type: 'steered', detail: 'mine, strength 2' }]);
    expect(steps.get(0)).toEqual([{ className: 'ev-f', text: 'steered “mine, strength 2” at 0' }]);
  });

  it('says which of two ways was taken, and why', () => {
    const detail = JSON.stringify({ signal: 'confidence', value: 0.9312, threshold: 0.9, taken: false });
    expect(chips([{ at: 0, type: 'route', detail }]).steps.get(0)).toEqual([
      { className: 'ev-x', text: 'shorter way: confidence 0.931 (threshold 0.900) at 0' },
    ]);
    expect(chips([{ at: 0, type: 'route', detail: 'torn' }]).steps.get(0)?.[0]?.text).toBe('route “torn” at 0');
  });

  it('counts from the fork where that is known', () => {
    const event: SampleEvent = { at: 15, type: 'suppressed', detail: 'Wait' };
    expect([...chips([event]).steps.keys()]).toEqual([1]);
    expect([...chips([event], {}, { token: 20, character: 5 }).steps.keys()]).toEqual([0]);
  });

  it('joins equal events of one step and prints every position', () => {
    const events = [1, 2, 3].map((at): SampleEvent => ({ at, type: 'suppressed', detail: ' Wait' }));
    expect(chips(events).steps.get(0)?.[0]?.text).toBe('suppressed “␣Wait” ×3 at 1, 2, 3');
  });

  it.each([
    ['budget', 'stopped by the budget at 30', 'ev-f'],
    ['exit', 'early exit at 30', 'ev-x'],
    ['cap', 'cut by the token cap at 30', 'ev-c'],
  ] as const)('says in the last step that the thinking was ended by %s', (thinkStop, text, className) => {
    expect(chips([], { thinkStop }).steps.get(2)).toEqual([{ className, text }]);
  });

  it('says nothing when the thinking ended by itself', () => {
    expect(chips([], { thinkStop: 'natural' }).steps.size).toBe(0);
  });

  it('marks the step, or else the answer, that first states the right result', () => {
    const { measures } = model ?? {};
    if (measures === undefined) throw new TypeError('the synthetic run has measures');
    const at = (part: 'thinking' | 'answer', character: number) =>
      chips([], { measures: { ...measures, firstCorrect: { tokens: 21, part, character } } });
    const chip = { className: 'ev-k', text: 'right result first stated by token 21' };
    const secondLine = THINKING.indexOf('\n', 15);
    expect([...at('thinking', secondLine).steps]).toEqual([[1, [chip]]]);
    expect(at('answer', 3)).toMatchObject({ steps: new Map(), answer: [chip] });
  });
});
