import type { EngineProgressProbe, EngineSteering, NativeAddon } from '../../src/inference/native/addon.js';
import { loadAddon } from '../../src/inference/native/load-addon.js';
import { nanoOptions, nanoRequests, runJob } from './requests.js';

/** The nano model is so wide. */
const WIDTH = 192;

/** A wave, so that no two neighbours are alike. */
const wave = (length: number): number[] => Array.from({ length: WIDTH }, (_, axis) => length * Math.sin(1 + 3 * axis));

const STEERING: EngineSteering = { direction: wave(2), firstLayer: 1, lastLayer: 2, label: 'wave' };
const PROGRESS: EngineProgressProbe = { direction: wave(0.01), intercept: 0.5 };

describe('a steered engine', () => {
  let addon: NativeAddon;

  beforeAll(async () => {
    ({ addon } = await loadAddon());
  }, 300_000);

  it('hands back the states from which its progress follows', async () => {
    const engine = await addon.openEngine(nanoOptions({ steering: STEERING, progress: PROGRESS }));
    const requests = nanoRequests(4);
    const { samples } = await runJob(engine, requests);
    for (const [index, { thinkIds, progress = [], events }] of samples.entries()) {
      const states = await engine.states(requests[index]?.prompt ?? [], thinkIds);
      expect(states.length).toBe(thinkIds.length * WIDTH);
      expect(progress.length).toBeGreaterThan(10);
      for (const [token, read] of progress.entries()) {
        const state = states.subarray(token * WIDTH, (token + 1) * WIDTH);
        const expected = state.reduce((sum, value, axis) => sum + value * (PROGRESS.direction[axis] ?? 0), 0.5);
        expect(read).toBeCloseTo(expected, 4);
      }
      expect(events[0]).toEqual({ at: 0, type: 'steered', detail: 'wave' });
    }
    await engine.close();
  });

  it('gives other tokens than a plain one, which records no progress', async () => {
    const engines = await Promise.all(
      [nanoOptions(), nanoOptions({ steering: STEERING })].map(async (options) => addon.openEngine(options)),
    );
    const [plain, steered] = await Promise.all(engines.map(async (engine) => runJob(engine, nanoRequests(6))));
    expect(steered?.samples.map(({ thinkIds }) => thinkIds)).not.toEqual(
      plain?.samples.map(({ thinkIds }) => thinkIds),
    );
    for (const { progress, events } of plain?.samples ?? []) {
      expect(progress).toBeUndefined();
      expect(events).toEqual([]);
    }
    await Promise.all(engines.map(async (engine) => engine.close()));
  });

  it('refuses a direction that does not fit the model, and states behind its close', async () => {
    const wrong = { ...STEERING, direction: [1, 2, 3] };
    await expect(addon.openEngine(nanoOptions({ steering: wrong }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining(`${WIDTH} values`),
    });
    const engine = await addon.openEngine(nanoOptions());
    await engine.close();
    await expect(engine.states([{ text: 'a', special: false }], [1])).rejects.toMatchObject({
      code: 'engine-unavailable',
    });
  });
});
