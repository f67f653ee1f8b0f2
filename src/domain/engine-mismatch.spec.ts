import { engineMismatch } from './engine-mismatch.js';
import type { EngineIdentity } from './run.js';

const ENGINE: EngineIdentity = {
  llamaCpp: 'b7000',
  build: 'a'.repeat(64),
  cpuVariant: 'haswell',
  backend: 'cpu',
  threads: 1,
  profile: 'separate',
};

describe(engineMismatch.name, () => {
  it('has nothing to say about a run that no engine has begun, or that this one began', () => {
    expect(engineMismatch('run', null, ENGINE)).toBeNull();
    expect(engineMismatch('run', { ...ENGINE }, ENGINE)).toBeNull();
  });

  it.each<[Partial<EngineIdentity>, string, RegExp]>([
    [{ build: 'b'.repeat(64) }, 'engine build bbbbbbbbbbbb; here is engine build aaaaaaaaaaaa', /version of Laconic/],
    [{ llamaCpp: 'b6999', threads: 4 }, 'llama.cpp b6999, threads 4; here is llama.cpp b7000, threads 1', /version/],
    [{ threads: 4 }, 'threads 4; here is threads 1', /LACONIC_ENGINE_THREADS/],
    [{ cpuVariant: 'zen4' }, 'CPU variant zen4; here is CPU variant haswell', /on the machine that began it/],
  ])('names what differs and what to do about it: %j', (changes, text, hint) => {
    const error = engineMismatch('3f9c2a51b07e', { ...ENGINE, ...changes }, ENGINE);
    expect(error).toMatchObject({
      code: 'engine-mismatch',
      where: '3f9c2a51b07e',
      message: expect.stringContaining(`Run 3f9c2a51b07e was begun with ${text}.`),
      hint: expect.stringMatching(hint),
    });
  });
});
