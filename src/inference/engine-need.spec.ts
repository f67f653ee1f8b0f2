import type { Arm, SteeringVector } from '../domain/index.js';
import type { ResolvedAdapter, StoredVector } from '../models/index.js';
import { adaptedSuite, someItems, steeredSuite } from '../planning/testing.js';
import { adaptersOfTasks, engineAdapters, engineSteering, steeringOf } from './engine-need.js';
import type { GenerationTask } from './generation-work.js';

const SUITE = steeredSuite([2, 3]);
const [PLAIN, TWO, THREE] = SUITE.arms as [Arm, Arm, Arm];
const WAY = TWO.steering as NonNullable<Arm['steering']>;

function taskOf(arm: Arm): GenerationTask {
  return { arm, items: someItems({ a: 1 }), repeat: 0 };
}

describe('steeringOf', () => {
  it('is what all arms of a piece of work are steered by', () => {
    expect(steeringOf([taskOf(PLAIN), taskOf(PLAIN)])).toBeNull();
    expect(steeringOf([taskOf(TWO), taskOf({ ...TWO, name: 'again' })])).toEqual(WAY);
  });

  it('refuses arms that are steered in different ways', () => {
    expect(() => steeringOf([taskOf(TWO), taskOf(THREE)])).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => steeringOf([taskOf(PLAIN), taskOf(TWO)])).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('engineSteering', () => {
  const vector = { direction: [3, 4], intercept: 0.1, stateLength: 10 } as unknown as SteeringVector;
  const stored: StoredVector = { name: 'reference', vector, sha256: 'v' };

  it('adds the direction in the length that is asked for, and reads progress by the probe as it was fitted', () => {
    expect(engineSteering(WAY, stored)).toEqual({
      steering: { direction: [12, 16], firstLayer: 1, lastLayer: 11, label: 'reference, strength 2' },
      progress: { direction: [3, 4], intercept: 0.1 },
    });
  });

  it('refuses a vector that is another one than when the run was frozen', () => {
    expect(() => engineSteering(WAY, { ...stored, sha256: 'w' })).toThrow(
      expect.objectContaining({ code: 'model-changed', where: 'reference' }),
    );
  });
});

describe('adaptersOfTasks', () => {
  const arms = adaptedSuite([[1], [1, 0], [2], [0]]).arms;
  const tasks = arms.map(taskOf) as [GenerationTask, GenerationTask, GenerationTask, GenerationTask, GenerationTask];
  const [baseline, once, alike, twice, none] = tasks;

  it('is what is added for all arms of a piece of work', () => {
    expect(adaptersOfTasks([once, alike])).toEqual(once.arm.adapters);
    expect(adaptersOfTasks([baseline, none])).toEqual([]);
  });

  it('refuses arms with different adapters', () => {
    expect(() => adaptersOfTasks([once, twice])).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => adaptersOfTasks([baseline, once])).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('engineAdapters', () => {
  const [, arm] = adaptedSuite([[0.5]]).arms as readonly [Arm, Arm];
  const frozen = arm.adapters ?? [];

  it('names the files with their scales, and the bytes that they take', () => {
    expect(engineAdapters(frozen, resolved('a'))).toEqual({ adapters: [{ path: '/a.gguf', scale: 0.5 }], bytes: 4000 });
    expect(engineAdapters([], [])).toEqual({ bytes: 0 });
  });

  it('refuses an adapter that is another one than when the run was frozen', () => {
    expect(() => engineAdapters(frozen, resolved('b'))).toThrow(
      expect.objectContaining({ code: 'model-changed', where: 'mine' }),
    );
  });
});

function resolved(sha256: string): ResolvedAdapter[] {
  return [{ path: '/a.gguf', card: { sha256 } } as ResolvedAdapter];
}
