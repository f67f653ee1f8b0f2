import type { EngineProcess } from './engine-process.js';
import { EnginePool, type EngineNeed, type Tenancy } from './engine-pool.js';
import type { EngineOptions } from './native/addon.js';

const OPTIONS: EngineOptions = {
  modelPath: 'model.gguf',
  streams: 4,
  contextTokens: 512,
  threads: 1,
  think: null,
  stopStrings: [],
  addBos: false,
};

const NEED: EngineNeed = { options: OPTIONS, kvBytes: 1 };

function needOf(modelPath: string, kvBytes: number): EngineNeed {
  return { options: { ...OPTIONS, modelPath }, kvBytes };
}

/** A process that opens engines and counts; it can be killed. */
class FakeProcess {
  alive = true;
  opened: string[] = [];
  closedEngines: number[] = [];
  stopped = false;

  async open(options: EngineOptions): Promise<{ id: number; capabilities: null; vocabulary: never[] }> {
    this.opened.push(options.modelPath);
    return { id: this.opened.length, capabilities: null, vocabulary: [] };
  }

  async closeEngine(id: number): Promise<void> {
    this.closedEngines.push(id);
  }

  async stop(): Promise<void> {
    this.stopped = true;
  }
}

function poolOf(size: number, kvMemory = Infinity): { pool: EnginePool; started: FakeProcess[] } {
  const started: FakeProcess[] = [];
  const pool = new EnginePool(
    size,
    async () => {
      const process = new FakeProcess();
      started.push(process);
      return process as unknown as EngineProcess;
    },
    kvMemory,
  );
  return { pool, started };
}

/** Work that goes on until it is told to end. */
function openWork(
  pool: EnginePool,
  tenancy: Tenancy,
  need: EngineNeed = NEED,
): { started: Promise<void>; end: () => void; done: Promise<void> } {
  let end!: () => void;
  let begin!: () => void;
  const started = new Promise<void>((resolve) => (begin = resolve));
  const gate = new Promise<void>((resolve) => (end = resolve));
  const done = pool.withEngine(need, tenancy, async () => {
    begin();
    await gate;
  });
  return { started, end, done };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
}

describe(EnginePool.name, () => {
  it('starts a process only when work comes, and reuses its open engine', async () => {
    const { pool, started } = poolOf(2);
    expect(started).toHaveLength(0);
    await pool.withEngine(NEED, 'shared', async () => {});
    await pool.withEngine(NEED, 'shared', async () => {});
    expect(started).toHaveLength(1);
    expect(started[0]?.opened).toEqual(['model.gguf']);
  });

  it('spreads shared work over the processes before doubling up', async () => {
    const { pool, started } = poolOf(2);
    const works = [
      openWork(pool, 'shared'),
      openWork(pool, 'shared'),
      openWork(pool, 'shared'),
      openWork(pool, 'shared'),
    ];
    await Promise.all(works.map(async (work) => work.started));
    expect(started).toHaveLength(2);
    const fifth = openWork(pool, 'shared');
    let begun = false;
    void fifth.started.then(() => (begun = true));
    await settled();
    expect(begun).toBe(false);
    works[0]?.end();
    await fifth.started;
    for (const work of [...works, fifth]) work.end();
    await Promise.all([...works, fifth].map(async (work) => work.done));
  });

  it('lets solo work wait for an empty pool and keeps others out meanwhile', async () => {
    const { pool } = poolOf(2);
    const before = openWork(pool, 'shared');
    await before.started;
    const solo = openWork(pool, 'solo');
    const after = openWork(pool, 'shared');
    const order: string[] = [];
    void solo.started.then(() => order.push('solo'));
    void after.started.then(() => order.push('after'));
    await settled();
    expect(order).toEqual([]);
    before.end();
    await solo.started;
    await settled();
    expect(order).toEqual(['solo']);
    solo.end();
    await after.started;
    after.end();
    await Promise.all([before.done, solo.done, after.done]);
    expect(order).toEqual(['solo', 'after']);
  });

  it('replaces a process that died', async () => {
    const { pool, started } = poolOf(1);
    await pool.withEngine(NEED, 'shared', async () => {});
    (started[0] as FakeProcess).alive = false;
    await pool.withEngine(NEED, 'shared', async () => {});
    expect(started).toHaveLength(2);
    expect(started[1]?.opened).toEqual(['model.gguf']);
  });

  it('closes the engine idle for longest when a third model comes', async () => {
    const { pool, started } = poolOf(1);
    for (const modelPath of ['a.gguf', 'b.gguf', 'c.gguf']) {
      await pool.withEngine({ options: { ...OPTIONS, modelPath }, kvBytes: 1 }, 'shared', async () => {});
    }
    expect(started[0]?.closedEngines).toEqual([1]);
  });

  it('rejects waiting work when closed', async () => {
    const { pool, started } = poolOf(1);
    const running = openWork(pool, 'exclusive');
    await running.started;
    const refusal = pool.withEngine(NEED, 'shared', async () => {}).catch((error: unknown) => error);
    await pool.close();
    expect(await refusal).toMatchObject({ code: 'interrupted' });
    running.end();
    await running.done;
    expect(started[0]?.stopped).toBe(true);
  });

  it('lets an engine wait that does not fit beside the one at work, and closes that one when it is done', async () => {
    const { pool, started } = poolOf(2, 10);
    const first = openWork(pool, 'shared', needOf('a.gguf', 6));
    await first.started;
    const second = openWork(pool, 'shared', needOf('b.gguf', 5));
    await settled();
    expect(started.flatMap((process) => process.opened)).toEqual(['a.gguf']);
    first.end();
    await second.started;
    expect(started[0]?.closedEngines).toEqual([1]);
    expect(started[1]?.opened).toEqual(['b.gguf']);
    second.end();
    await Promise.all([first.done, second.done]);
  });

  it('opens engines side by side when both fit', async () => {
    const { pool, started } = poolOf(2, 11);
    const works = [openWork(pool, 'shared', needOf('a.gguf', 6)), openWork(pool, 'shared', needOf('b.gguf', 5))];
    await Promise.all(works.map(async (work) => work.started));
    expect(started.flatMap((process) => process.opened)).toEqual(['a.gguf', 'b.gguf']);
    for (const work of works) work.end();
    await Promise.all(works.map(async (work) => work.done));
  });

  it('gives what a dead process held to those that wait', async () => {
    const { pool, started } = poolOf(2, 10);
    const first = openWork(pool, 'shared', needOf('a.gguf', 6));
    await first.started;
    const second = openWork(pool, 'shared', needOf('b.gguf', 6));
    await settled();
    (started[0] as FakeProcess).alive = false;
    first.end();
    await second.started;
    expect(started[1]?.opened).toEqual(['b.gguf']);
    second.end();
    await Promise.all([first.done, second.done]);
  });

  it('refuses those that wait for memory when it closes', async () => {
    const { pool } = poolOf(2, 10);
    const first = openWork(pool, 'shared', needOf('a.gguf', 6));
    await first.started;
    const second = openWork(pool, 'shared', needOf('b.gguf', 6));
    await settled();
    await pool.close();
    await expect(second.done).rejects.toMatchObject({ code: 'interrupted' });
    first.end();
    await first.done;
  });
});
