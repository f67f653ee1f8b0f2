import { engineShape, fitStreams, requireStreams, type EngineShape, type EngineWishes } from './engine-shape.js';

const GIB = 2 ** 30;
const NONE: EngineWishes = { processes: null, threads: null, streams: null, memoryBytes: null };

function shapeOf(cores: number, wishes: Partial<EngineWishes> = {}): EngineShape {
  return engineShape({ cores, availableBytes: 16 * GIB }, { ...NONE, ...wishes });
}

describe('engineShape', () => {
  it.each([
    [1, 1],
    [2, 2],
    [4, 4],
    [8, 7],
    [64, 60],
  ])('makes of %i cores %i processes of one thread', (cores, processes) => {
    expect(shapeOf(cores)).toEqual({ processes, threads: 1, streams: 16, memoryBytes: 8 * GIB });
  });

  it('makes fewer processes when each has more threads, and never more threads than cores', () => {
    expect(shapeOf(8, { threads: 2 }).processes).toBe(3);
    for (const threads of [1, 2, 3, 8]) {
      for (const cores of [8, 24, 64])
        expect(shapeOf(cores, { threads }).processes * threads).toBeLessThanOrEqual(cores);
    }
    expect(shapeOf(2, { threads: 4 }).processes).toBe(1);
  });

  it('keeps to what was set by hand', () => {
    const wishes = { processes: 3, threads: 2, streams: 40, memoryBytes: GIB };
    expect(shapeOf(64, wishes)).toEqual(wishes);
  });

  it('takes part of a core as one core', () => {
    expect(shapeOf(0.5).processes).toBe(1);
  });
});

describe('fitStreams', () => {
  const shape: EngineShape = { processes: 2, threads: 1, streams: 16, memoryBytes: GIB };

  it('keeps the wished streams when they fit', () => {
    expect(fitStreams(shape, 6144, 1536)).toEqual({ streams: 16, kvBytes: 16 * 6144 * 1536, fits: true });
  });

  it('lowers the streams to what a process’s share of the memory holds', () => {
    const fit = fitStreams(shape, 2 ** 16, 1024);
    expect(fit).toEqual({ streams: 8, kvBytes: GIB / 2, fits: true });
    expect(fitStreams({ ...shape, threads: 2 }, 2 ** 16, 1024)).toEqual({ streams: 7, kvBytes: GIB / 2, fits: true });
  });

  it('lets one stream take more than a process’s share, up to the whole', () => {
    expect(fitStreams(shape, 2 ** 20, 1024)).toEqual({ streams: 1, kvBytes: GIB, fits: true });
    expect(fitStreams(shape, 2 ** 20, 1025).fits).toBe(false);
  });

  it('wants no memory for a model without a KV cache', () => {
    expect(fitStreams(shape, 0, 4096)).toEqual({ streams: 16, kvBytes: 0, fits: true });
  });
});

describe('requireStreams', () => {
  it('names what one stream needs and what there is when it does not fit', () => {
    const shape = { processes: 2, threads: 1, streams: 16, memoryBytes: 64 * 2 ** 20 };
    const refused = (): unknown =>
      requireStreams(shape, { kvBytesPerToken: 2 ** 17 }, { model: 'm', contextTokens: 1024 });
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'engine-unavailable',
        message:
          'One stream of 1024 tokens of m needs 128 MiB for its KV cache, but engines may use 64 MiB for theirs.',
        hint: expect.stringContaining('LACONIC_ENGINE_MEMORY'),
      }),
    );
  });
});
