import type { BusyCounters } from './engine-protocol.js';
import type { GenerationTask } from './generation-work.js';
import { submitAll, type Submit } from './submissions.js';

function task(repeat: number): GenerationTask {
  return { repeat } as GenerationTask;
}

function counters(busyFrom: number, busyTo: number): BusyCounters {
  return {
    decodedTokens: 10,
    prefillTokens: 2,
    prefillSharedTokens: 1,
    engineSeconds: (busyTo - busyFrom) / 1000,
    busyFrom,
    busyTo,
  };
}

interface Held {
  readonly tasks: readonly GenerationTask[];
  readonly more: (tasks: readonly GenerationTask[]) => void;
  readonly end: (counted: BusyCounters) => void;
  readonly fail: (error: Error) => void;
}

/** An engine whose submissions end when the test says so. */
function held(): { readonly submit: Submit; readonly submissions: Held[] } {
  const submissions: Held[] = [];
  const submit: Submit = async (tasks, more) =>
    new Promise((end, fail) => {
      submissions.push({ tasks, more, end, fail });
    });
  return { submit, submissions };
}

const settle = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe(submitAll.name, () => {
  it('submits what follows at once, and adds up counters but not the seconds that overlap', async () => {
    const { submit, submissions } = held();
    const all = submitAll([task(0), task(1)], submit);
    submissions[0]?.more([task(2)]);
    expect(submissions.map(({ tasks }) => tasks.length)).toEqual([2, 1]);
    submissions[0]?.end(counters(1000, 4000));
    await settle();
    submissions[1]?.more([task(3)]);
    submissions[1]?.end(counters(3000, 5000));
    await settle();
    submissions[2]?.end(counters(6000, 7000));
    expect(await all).toEqual({
      decodedTokens: 30,
      prefillTokens: 6,
      prefillSharedTokens: 3,
      engineSeconds: 5,
      busyFrom: 1000,
      busyTo: 7000,
    });
  });

  it('leaves the counters of a single submission as they are', async () => {
    const { submit, submissions } = held();
    const all = submitAll([task(0)], submit);
    submissions[0]?.more([]);
    submissions[0]?.end(counters(1000, 4000));
    expect(await all).toEqual(counters(1000, 4000));
    expect(submissions).toHaveLength(1);
  });

  it('waits for what runs where submissions come in turn', async () => {
    const { submit, submissions } = held();
    const all = submitAll([task(0)], submit, true);
    submissions[0]?.more([task(1)]);
    submissions[0]?.more([task(2)]);
    expect(submissions).toHaveLength(1);
    submissions[0]?.end(counters(0, 1000));
    await settle();
    expect(submissions[1]?.tasks).toEqual([task(1), task(2)]);
    submissions[1]?.end(counters(1000, 2000));
    expect((await all).engineSeconds).toBe(2);
  });

  it('rejects with the first failure when all submissions are over, and submits nothing behind it', async () => {
    const { submit, submissions } = held();
    const all = submitAll([task(0)], submit);
    const outcome = all.catch((error: unknown) => error);
    submissions[0]?.more([task(1)]);
    submissions[0]?.fail(new Error('died first'));
    await settle();
    submissions[1]?.more([task(2)]);
    submissions[1]?.fail(new Error('died second'));
    expect(await outcome).toMatchObject({ message: 'died first' });
    expect(submissions).toHaveLength(2);
  });
});
