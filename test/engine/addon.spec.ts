import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenTotals, type Generation } from '../../src/domain/index.js';
import type { EngineCounters, EngineRequest, NativeAddon, NativeEngine } from '../../src/inference/native/addon.js';
import { loadAddon, type LoadedAddon } from '../../src/inference/native/load-addon.js';
import { NANO, nanoOptions, nanoRequest, nanoRequests, runJob } from './requests.js';

let loaded: LoadedAddon;
let addon: NativeAddon;
let engine: NativeEngine;
let scratch: string;

beforeAll(async () => {
  loaded = await loadAddon();
  addon = loaded.addon;
  engine = await addon.openEngine(nanoOptions());
  scratch = await mkdtemp(join(tmpdir(), 'laconic-engine-'));
}, 300_000);

afterAll(async () => {
  await engine.close();
  await rm(scratch, { recursive: true });
});

const thrownBy = (body: () => unknown): unknown => {
  try {
    return body();
  } catch (error) {
    return error;
  }
};

describe('loading', () => {
  it('names the library, the CPU variant and the build', () => {
    expect(loaded.info.llamaCpp).toMatch(/^\d+\.\d+/);
    expect(loaded.info.cpuVariant).toMatch(/^[a-z0-9_.]+$/);
    expect(loaded.buildHash).toMatch(/^[0-9a-f]{16}$/);
  });

  it('gives the same build when it is loaded again', async () => {
    const again = await loadAddon({ log: (line) => expect(line).toBe('nothing to build') });
    expect(again.buildHash).toBe(loaded.buildHash);
    expect(again.info).toEqual(loaded.info);
  });
});

describe('inspecting', () => {
  it('tells what the file is without loading it', async () => {
    const found = await addon.inspectModel(NANO);
    expect(found).toEqual(engine.capabilities);
    expect(found).toMatchObject({ arch: 'qwen3', quantization: 'Q8_0', vocabularySize: 1664 });
    expect(found.fileBytes).toBe(readFileSync(NANO).length);
    expect(found.kvBytesPerToken).toBeGreaterThan(0);
  });

  it('rejects with model-missing when there is no file', async () => {
    await expect(addon.inspectModel(join(scratch, 'none.gguf'))).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('none.gguf'),
    });
  });

  it('rejects with model-invalid when the file is no GGUF or is cut short', async () => {
    const whole = readFileSync(NANO);
    const path = join(scratch, 'broken.gguf');
    for (const bytes of [Buffer.from('not a model'), whole.subarray(0, 5000), whole.subarray(0, whole.length - 1)]) {
      await writeFile(path, bytes);
      await expect(addon.inspectModel(path)).rejects.toMatchObject({ code: 'model-invalid' });
      await expect(addon.openEngine(nanoOptions({ modelPath: path }))).rejects.toMatchObject({ code: 'model-invalid' });
    }
  });
});

describe('opening', () => {
  it('rejects options that make no sense, naming them', async () => {
    await expect(addon.openEngine(nanoOptions({ streams: 0 }))).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('streams'),
    });
    await expect(addon.openEngine(nanoOptions({ streams: 1.5 }))).rejects.toMatchObject({ code: 'usage' });
    // @ts-expect-error -- what JavaScript could pass
    await expect(addon.openEngine(nanoOptions({ modelPath: 7 }))).rejects.toMatchObject({
      message: expect.stringContaining('modelPath'),
    });
    // @ts-expect-error -- what JavaScript could pass
    await expect(addon.openEngine()).rejects.toMatchObject({ code: 'usage' });
  });

  it('rejects with engine-unavailable when the KV cache cannot fit into memory', async () => {
    const tooMuch = nanoOptions({ streams: 256, contextTokens: 4_194_304 });
    await expect(addon.openEngine(tooMuch)).rejects.toMatchObject({ code: 'engine-unavailable' });
  });
});

describe('text and tokens', () => {
  it('restores a text from its tokens, control tokens included', () => {
    const text = '<|im_start|>user\nWhat is 1 + 2? Größe, 数<|im_end|>';
    const ids = engine.tokenize(text, true);
    expect(ids).toHaveLength(engine.tokenize(text, true).length);
    expect(engine.detokenize([...ids])).toBe(text);
  });

  it('recognises control tokens only when asked to', () => {
    expect(engine.tokenize('<|im_end|>', true)).toHaveLength(1);
    expect(engine.tokenize('<|im_end|>', false).length).toBeGreaterThan(1);
  });

  it('lists every entry of the vocabulary with control tokens empty', () => {
    const vocabulary = engine.vocabulary();
    expect(vocabulary).toHaveLength(1664);
    expect(vocabulary[engine.tokenize('<|im_end|>', true)[0] ?? -1]).toBe('');
    expect(vocabulary).toContain('</think>');
  });

  it('throws a usage error when an id is not in the vocabulary', () => {
    expect(thrownBy(() => engine.detokenize([99_999]))).toMatchObject({ code: 'usage' });
    expect(thrownBy(() => engine.detokenize([0.5]))).toMatchObject({ code: 'usage' });
  });
});

describe('samples', () => {
  it('come once for each request and carry their ledger', async () => {
    const { samples, counters } = await runJob(engine, nanoRequests(9));
    expect(samples).toHaveLength(9);
    for (const { ledger, thinkIds, answerIds, thinkStop, stopReason, stopDetail, events } of samples) {
      expect(tokenTotals(ledger).delivered).toBe(thinkIds.length + answerIds.length);
      expect([thinkStop, stopReason, stopDetail]).toEqual(['natural', 'eos', null]);
      expect(events).toEqual([]);
    }
    const fed = samples.reduce((sum, { ledger }) => sum + tokenTotals(ledger).delivered - 1, 0);
    expect(counters).toMatchObject({ decodedTokens: fed });
    expect(counters.prefillTokens + counters.prefillSharedTokens).toBe(
      samples.reduce((sum, { ledger }) => sum + ledger.prompt, 0),
    );
  });

  it('follow the policy of their request when policies are mixed in one job', async () => {
    const newline = { text: '\n', special: false };
    const close = { text: '</think>', special: true };
    const banned = [...engine.tokenize(' +', false)];
    const { samples } = await runJob(engine, [
      nanoRequest(0),
      nanoRequest(1, { technique: 'budget', tokens: 7, closing: [newline, close, newline] }),
      nanoRequest(2, {
        technique: 'nothinking',
        prefill: [{ text: '<think>', special: true }, newline, close, newline],
      }),
      nanoRequest(3, { technique: 'nowait', bannedIds: banned, scope: 'thinking' }),
    ]);
    const [baseline, budget, nothinking, nowait] = samples;
    expect(baseline).toMatchObject({ thinkStop: 'natural', events: [] });
    expect(budget).toMatchObject({
      thinkStop: 'budget',
      ledger: { thinkSampled: 8, thinkInjected: 2, answerInjected: 1 },
      events: [{ at: 8, type: 'forced', detail: '\n</think>\n' }],
    });
    expect(nothinking).toMatchObject({ thinkStop: 'none', ledger: { thinkSampled: 0, thinkInjected: 3 } });
    expect(nowait?.thinkIds.filter((id) => banned.includes(id))).toEqual([]);
    expect(nowait?.events[0]).toMatchObject({ type: 'suppressed', detail: ' +' });
  });

  it('say how certain the model was where the request asks for it', async () => {
    const { samples } = await runJob(engine, [
      { ...nanoRequest(0), certainty: true },
      { ...nanoRequest(0), id: 1 },
    ]);
    const [first, other] = samples as [Generation, Generation];
    const { certainty, ...asked } = first;
    expect(asked).toEqual(other);
    expect(certainty).toEqual({
      answerMean: expect.any(Number),
      answerLeast: expect.any(Number),
      answerTokens: asked.answerIds.length - 1,
      selfCertainty: expect.any(Number),
    });
    expect(certainty?.answerLeast).toBeLessThanOrEqual(certainty?.answerMean ?? 0);
    expect(certainty?.answerMean).toBeLessThanOrEqual(1);
    const silent = { ...nanoRequest(0), certainty: true, sampling: { ...nanoRequest(0).sampling, maxTokens: 1 } };
    expect((await runJob(engine, [silent])).samples[0]?.certainty).toMatchObject({ answerMean: null, answerTokens: 0 });
  });

  it('are the same when they are sampled alone or with others', async () => {
    const hot = nanoRequests(17).map((request) => ({
      ...request,
      sampling: { ...request.sampling, temperature: 0.8 },
    }));
    const { samples } = await runJob(engine, hot);
    const { samples: alone } = await runJob(engine, hot.slice(11, 12));
    expect(alone[0]).toEqual(samples[11]);
  });

  it('differ between repeats and seeds when they are sampled', async () => {
    const base = nanoRequest(3);
    const hot = { ...base, sampling: { ...base.sampling, temperature: 1.2 } };
    const { samples } = await runJob(engine, [
      hot,
      { ...hot, id: 4, repeat: 1 },
      { ...hot, id: 5, sampling: { ...hot.sampling, seed: 2 } },
    ]);
    expect(new Set(samples.map((sample) => sample.thinkIds.join(' '))).size).toBe(3);
  });

  it('end in an error of their own when the request does not fit', async () => {
    const base = nanoRequest(0);
    const tall = { ...base, sampling: { ...base.sampling, maxTokens: 5000 } };
    const { samples } = await runJob(engine, [tall, nanoRequest(1)]);
    expect(samples[0]).toMatchObject({ stopReason: 'error', stopDetail: expect.stringContaining('does not fit') });
    expect(samples[1]).toMatchObject({ stopReason: 'eos' });
  });
});

describe('jobs', () => {
  it('run at the same time', async () => {
    const jobs = await Promise.all([0, 1, 2].map(async () => runJob(engine, nanoRequests(4))));
    expect(jobs[1]?.samples).toEqual(jobs[0]?.samples);
    expect(jobs[2]?.samples).toEqual(jobs[0]?.samples);
  });

  it('reject as interrupted when they are aborted, and others go on', async () => {
    const other = runJob(engine, nanoRequests(4));
    let seen = 0;
    const job = engine.submit(900, nanoRequests(200), () => {
      seen += 1;
      engine.abort(900);
    });
    await expect(job).rejects.toMatchObject({
      code: 'interrupted',
      counters: { decodedTokens: expect.any(Number), prefillTokens: expect.any(Number) },
    });
    const spent = await job.catch((error: unknown) => (error as { counters: EngineCounters }).counters);
    expect(spent.decodedTokens).toBeGreaterThan(0);
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(200);
    expect((await other).samples).toHaveLength(4);
  });

  it('resolve at once when they are empty', async () => {
    await expect(engine.submit(901, [], () => {})).resolves.toMatchObject({ decodedTokens: 0 });
  });

  it('reject when a request cannot be read, naming what is wrong', async () => {
    const broken: [unknown, string][] = [
      [{ ...nanoRequest(0), policy: { technique: 'telepathy' } }, 'telepathy'],
      [{ ...nanoRequest(0), itemKey: 'xyz' }, 'itemKey'],
      [{ ...nanoRequest(0), prompt: 'text' }, 'prompt'],
      [{ ...nanoRequest(0), sampling: undefined }, 'sampling'],
      [{ ...nanoRequest(0), policy: { technique: 'nowait', bannedIds: [5000], scope: 'all' } }, '5000'],
      [null, 'request'],
    ];
    for (const [request, mention] of broken) {
      await expect(engine.submit(902, [request as EngineRequest], () => {})).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringContaining(mention),
      });
    }
  });
});

describe('closing', () => {
  it('interrupts the job in flight, may be repeated, and is final', async () => {
    const short = await addon.openEngine(nanoOptions({ streams: 2 }));
    const job = short.submit(1, nanoRequests(60), () => {});
    const closed = Promise.all([short.close(), short.close()]);
    await expect(job).rejects.toMatchObject({ code: 'interrupted' });
    await closed;
    await short.close();
    await expect(short.submit(2, nanoRequests(1), () => {})).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(thrownBy(() => short.tokenize('a', false))).toMatchObject({ code: 'engine-unavailable' });
    expect(short.capabilities.arch).toBe('qwen3');
    short.abort(1);
  });
});
