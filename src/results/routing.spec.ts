import * as fc from 'fast-check';
import type { SampleEvent, SampleRecord } from '../domain/index.js';
import { meanInterval, wilsonInterval } from '../statistics/index.js';
import { armRouting } from './routing.js';
import { columnsOf } from './columns.js';
import { sampleBuilder } from './testing.js';

function routeEvent(value: number, taken: boolean): SampleEvent {
  return { at: 0, type: 'route', detail: JSON.stringify({ signal: 'confidence', value, threshold: 0.9, taken }) };
}

function routed(item: string, repeat: number, taken: boolean): SampleRecord {
  const events = [{ at: 0, type: 'probe', detail: '{}' } as const, routeEvent(taken ? 0.4 : 0.95, taken)];
  return sampleBuilder({ item, repeat, events });
}

function routingOf(samples: readonly SampleRecord[]) {
  const columns = columnsOf(samples).arms.get('baseline');
  return columns ? armRouting(columns, 'thinks') : null;
}

describe('armRouting', () => {
  it('is the share of samples that took the longer way, with Wilson at one repeat', () => {
    const samples = ['a', 'b', 'c', 'd'].map((item) => routed(item, 0, item === 'b'));
    expect(routingOf(samples)).toEqual({
      of: 'thinks',
      share: 0.25,
      interval: wilsonInterval(1, 4),
      intervalMethod: 'wilson',
      signal: 'confidence',
      threshold: 0.9,
      items: 4,
      samples: 4,
    });
  });

  it('is the mean of item means, with t, at several repeats', () => {
    const samples = [routed('a', 0, true), routed('a', 1, false), routed('b', 0, false), routed('b', 1, false)];
    const routing = routingOf(samples);
    expect(routing).toMatchObject({ share: 0.25, intervalMethod: 't', items: 2, samples: 4 });
    expect(routing?.interval).toEqual([0, Math.min(1, meanInterval([0.5, 0])[1])]);
  });

  it('leaves out samples that never came to decide, and is absent where none did', () => {
    const failed = sampleBuilder({ item: 'z', stopReason: 'error' });
    expect(routingOf([routed('a', 0, true), failed])).toMatchObject({ share: 1, samples: 1 });
    expect(routingOf([failed])).toBeNull();
    const broken = sampleBuilder({ events: [{ at: 0, type: 'route', detail: '{"signal":"confidence"}' }] });
    expect(routingOf([broken])).toBeNull();
  });

  it('counts what the events say, whatever else the samples hold', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 300 }), (taken) => {
        const routing = routingOf(taken.map((each, item) => routed(`item-${item}`, 0, each)));
        expect(routing?.share).toBeCloseTo(taken.filter(Boolean).length / taken.length, 12);
      }),
    );
  });
});
