import type { Generation, SelfCheck } from '../domain/index.js';
import type { GenerationTask } from './generation-work.js';
import { SelfChecker, tasksToCheck, type SelfCheckRecord } from './self-check.js';

function task(item: string, arm: string, repeat = 0): GenerationTask {
  const part = { arm: { name: arm, sampling: { maxTokens: 512 } }, items: [{ contentHash: item }], repeat };
  return part as unknown as GenerationTask;
}

function generation(...ids: number[]): Generation {
  return { thinkIds: ids.slice(0, 1), answerIds: ids.slice(1), stopReason: 'eos' } as unknown as Generation;
}

class Memory implements SelfCheckRecord {
  kept: SelfCheck | null = null;
  async find(): Promise<SelfCheck | null> {
    return this.kept;
  }
  async record(check: SelfCheck): Promise<void> {
    this.kept = check;
  }
}

const TASKS = [task('i', 'a'), task('i', 'b'), task('j', 'a'), task('j', 'b'), task('k', 'a')];
const long = Array.from({ length: 80 }, (_, at) => at);
const TOGETHER = new Map([generation(1, 2), generation(...long), generation(3), generation(4, 5)].entries());

async function checked(alone: readonly Generation[], record = new Memory()): Promise<SelfCheck | null> {
  return new SelfChecker().check('m', record, {
    tasks: TASKS,
    together: TOGETHER,
    makeAlone: async () => new Map(alone.entries()),
  });
}

describe(SelfChecker.name, () => {
  it('takes four arms, from the first to the last, of the first two items, and no repeats', () => {
    expect(tasksToCheck(TASKS)).toEqual([0, 1, 2, 3]);
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].flatMap((arm) => [task('i', arm), task('i', arm, 1)]);
    expect(tasksToCheck(many)).toEqual([0, 4, 8, 12]);
    const paths = [task('i', 'a'), { ...task('i', 'a'), lane: 1 }, task('i', 'b')];
    expect(tasksToCheck(paths)).toEqual([0, 2]);
  });

  it('counts samples that begin with the same tokens, and records the count', async () => {
    const record = new Memory();
    const alike = [generation(1, 2), generation(...long.slice(0, 40)), generation(3), generation(4, 5)];
    expect(await checked(alike, record)).toEqual({ samples: 4, identical: 4, tokens: 40 });
    expect(record.kept).toEqual({ samples: 4, identical: 4, tokens: 40 });
  });

  it('notices another token, a missing one, and one too many', async () => {
    const other = [generation(1, 9), generation(...long.slice(0, 39)), generation(3, 3), generation(4, 5)];
    expect(await checked(other)).toMatchObject({ samples: 4, identical: 1 });
  });

  it('passes over samples that ended in an error, and checks nothing where all did', async () => {
    const failed = { ...generation(), stopReason: 'error' } as Generation;
    const check = async (together: ReadonlyMap<number, Generation>): Promise<SelfCheck | null> =>
      new SelfChecker().check('m', new Memory(), {
        tasks: TASKS,
        together,
        makeAlone: async (tasks) => new Map(tasks.map((_, place) => [place, generation(1)])),
      });
    expect(await check(new Map([failed, generation(1)].entries()))).toMatchObject({ samples: 1, identical: 1 });
    expect(await check(new Map([failed, failed].entries()))).toBeNull();
  });

  it('makes calls of at most 40 tokens, once however many shards ask, and never where a record exists', async () => {
    const checker = new SelfChecker();
    const record = new Memory();
    const made: number[] = [];
    const samples = {
      tasks: TASKS,
      together: TOGETHER,
      makeAlone: async (tasks: readonly GenerationTask[]) => {
        made.push(...tasks.map((each) => each.arm.sampling.maxTokens));
        return TOGETHER;
      },
    };
    await Promise.all([checker.check('m', record, samples), checker.check('m', record, samples)]);
    await new SelfChecker().check('m', record, samples);
    expect(made).toEqual([40, 40, 40, 40]);
  });

  it('gives null when the engine fails, and tries again with the next shard', async () => {
    const checker = new SelfChecker();
    const samples = { tasks: TASKS, together: TOGETHER, makeAlone: async () => Promise.reject(new Error('died')) };
    expect(await checker.check('m', new Memory(), samples)).toBeNull();
    const again = { ...samples, makeAlone: async () => TOGETHER };
    expect(await checker.check('m', new Memory(), again)).toMatchObject({ identical: 4 });
  });
});
