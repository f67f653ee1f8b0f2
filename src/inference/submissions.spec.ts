import type { GenerationTask } from './generation-work.js';
import { submitAll, type Submit } from './submissions.js';

function task(repeat: number): GenerationTask {
  return { repeat } as GenerationTask;
}

interface Held {
  readonly tasks: readonly GenerationTask[];
  readonly more: (tasks: readonly GenerationTask[]) => void;
  readonly end: () => void;
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
  it('submits what follows at once, and ends when nothing is left', async () => {
    const { submit, submissions } = held();
    const ended = jest.fn();
    const all = submitAll([task(0), task(1)], submit).then(ended);
    submissions[0]?.more([task(2)]);
    expect(submissions.map(({ tasks }) => tasks.length)).toEqual([2, 1]);
    submissions[0]?.end();
    await settle();
    submissions[1]?.more([task(3)]);
    submissions[1]?.end();
    await settle();
    expect(ended).not.toHaveBeenCalled();
    submissions[2]?.more([]);
    submissions[2]?.end();
    await all;
    expect(submissions).toHaveLength(3);
  });

  it('waits for what runs where submissions come in turn', async () => {
    const { submit, submissions } = held();
    const all = submitAll([task(0)], submit, true);
    submissions[0]?.more([task(1)]);
    submissions[0]?.more([task(2)]);
    expect(submissions).toHaveLength(1);
    submissions[0]?.end();
    await settle();
    expect(submissions[1]?.tasks).toEqual([task(1), task(2)]);
    submissions[1]?.end();
    await all;
    expect(submissions).toHaveLength(2);
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
