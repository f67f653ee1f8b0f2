import { contentHash } from '../domain/index.js';
import { someSuite } from './testing.js';

describe('freezeSuite', () => {
  it('fills in every default and resolves every reference', () => {
    const suite = someSuite({
      sampling: { temperature: 0.6, repeats: 2, seed: 7 },
      prompt: { suffix: 'Be concise.', system: 'You are helpful.' },
      arms: [
        { name: 'baseline', technique: 'baseline' },
        { name: 'nowait', technique: 'nowait', prompt: { suffix: null }, sampling: { temperature: 0.2 } },
        { name: 'own', technique: 'baseline', model: { path: 'model.gguf' } },
      ],
    });
    expect(suite).toMatchObject({ against: 'baseline', nonInferiorityMargin: 0.02, seed: 7, timingItems: 4 });
    expect(suite.arms[1]).toEqual({
      name: 'nowait',
      technique: 'nowait',
      params: { vocabulary: 'whole-word', scope: 'thinking' },
      model: 'reference',
      sampling: { temperature: 0.2, topP: 1, topK: 0, minP: 0, maxTokens: 1024, repeats: 2, seed: 7 },
      prompt: { system: 'You are helpful.', prefix: null, suffix: null },
    });
    expect(suite.arms[2]?.model).toBe('{"path":"model.gguf"}');
  });

  it('hashes a suite without adapters as it did before there were any', () => {
    expect(someSuite().sha256).toBe('77eac257898d5fd0923df51e9de5d31f9fbbd5a2e8cebd13c5ef929f1d70ebbd');
    expect(someSuite().arms.every((arm) => !('adapters' in arm))).toBe(true);
  });

  it('hashes everything but the hash itself, whatever the order of keys in the file', () => {
    const { sha256, ...rest } = someSuite();
    expect(sha256).toBe(contentHash(rest));
    expect(someSuite({ sampling: { seed: 2, topP: 1 } }).sha256).toBe(
      someSuite({ sampling: { topP: 1, seed: 2 } }).sha256,
    );
    expect(someSuite({ sampling: { seed: 2 } }).sha256).not.toBe(sha256);
  });
});
