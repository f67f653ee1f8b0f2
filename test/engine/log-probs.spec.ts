import type { Arm, Item } from '../../src/domain/index.js';
import type { KnownCall } from '../../src/inference/index.js';
import { loadAddon } from '../../src/inference/native/load-addon.js';
import { openInference, shippedItems, type Inference } from '../support/inference.js';
import { someArm } from '../support/stored-run.js';
import { nanoOptions, nanoRequests, runJob } from './requests.js';

const GREEDY: Arm = someArm({ technique: 'baseline', model: 'reference' });
const never = new AbortController().signal;

describe('log-probabilities', () => {
  let inference: Inference;
  let items: readonly Item[];
  let calls: readonly KnownCall[];

  beforeAll(async () => {
    await loadAddon();
    inference = await openInference('reference', 2);
    items = await shippedItems('arithmetic', 20);
    calls = await inference.sample({ ...GREEDY, sampling: { ...GREEDY.sampling, maxTokens: 400 } }, items);
  }, 300_000);

  afterAll(async () => {
    await inference?.service.onApplicationShutdown();
  });

  const read = async (asked: readonly (KnownCall & { from?: number })[]): Promise<Float32Array[]> => {
    const found = new Map<number, Float32Array>();
    const take = (call: number, values: Float32Array): void => {
      expect(found.has(call)).toBe(false);
      found.set(call, values);
    };
    await inference.service.readLogProbs(inference.model, asked, { signal: never, take });
    return asked.map((_, call) => found.get(call) ?? new Float32Array());
  };

  it('agree with the probabilities that the samples themselves recorded', async () => {
    const { addon } = await loadAddon();
    const engine = await addon.openEngine(nanoOptions());
    const requests = nanoRequests(6).map((request) => ({ ...request, certainty: true }));
    const { samples } = await runJob(engine, requests);
    let compared = 0;
    for (const [index, { thinkIds, answerIds, certainty }] of samples.entries()) {
      const answered = certainty?.answerTokens ?? 0;
      if (answered === 0) continue;
      const all = [...thinkIds, ...answerIds];
      const logProbs = await engine.logProbs(requests[index]?.prompt ?? [], all, thinkIds.length);
      const p = [...logProbs].slice(0, answered).map(Math.exp);
      expect(p.reduce((sum, each) => sum + each, 0) / answered).toBeCloseTo(certainty?.answerMean ?? NaN, 5);
      expect(Math.min(...p)).toBeCloseTo(certainty?.answerLeast ?? NaN, 5);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(2);
    await engine.close();
  });

  it('come for every call and id, over several processes, and the same one by one', async () => {
    const together = await read(calls);
    for (const [index, call] of calls.entries()) {
      expect(together[index]).toHaveLength(call.ids.length);
      expect(Math.max(...(together[index] ?? []))).toBeLessThanOrEqual(0);
    }
    for (const index of [0, 7, 19]) expect((await read(calls.slice(index, index + 1)))[0]).toEqual(together[index]);
  });

  it('are those of the ids from the given one on', async () => {
    const [call] = calls as [KnownCall];
    const [whole, rest] = await read([call, { ...call, from: 20 }]);
    expect(rest).toEqual(whole?.subarray(20));
  });

  it('make a greedy sample likelier than the same with one id changed', async () => {
    const changed = calls.map(({ task, ids }) => ({ task, ids: ids.with(10, (ids[10] ?? 0) + 1) }));
    const [whole, others] = [await read(calls), await read(changed)];
    for (const [index, logProbs] of whole.entries())
      expect(logProbs[10] ?? NaN).toBeGreaterThanOrEqual(others[index]?.[10] ?? NaN);
  });

  it('end with the signal, and with the first call that is refused', async () => {
    const stop = new AbortController();
    let taken = 0;
    const take = (): void => {
      taken += 1;
      stop.abort();
    };
    const { service, model } = inference;
    await expect(service.readLogProbs(model, calls, { signal: stop.signal, take })).rejects.toMatchObject({
      code: 'interrupted',
    });
    expect(taken).toBe(1);
    const wrong = calls.with(12, { ...(calls[12] as KnownCall), ids: [-5] });
    await expect(service.readLogProbs(model, wrong, { signal: never, take: () => {} })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('-5'),
    });
  });
});
