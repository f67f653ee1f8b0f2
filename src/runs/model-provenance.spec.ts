import { someModel } from '../planning/testing.js';
import type { ResolvedModel } from '../models/index.js';
import { modelProvenance } from './suite-freezer.js';

const MODEL = someModel();
const RESOLVED: ResolvedModel = {
  card: {
    ...MODEL.card,
    file: 'some.gguf',
    sha256: 'a'.repeat(64),
    description: '',
    licence: '',
    chatFormat: 'chatml',
    stopStrings: [],
  },
  path: '/models/some.gguf',
  sha256: 'a'.repeat(64),
};

describe('modelProvenance', () => {
  it.each(['recurrent', 'hybrid'] as const)('says that arms are decoded alone when the model is %s', (memory) => {
    const provenance = modelProvenance({
      resolved: RESOLVED,
      capabilities: { ...MODEL.capabilities, memory },
      adapters: [],
    });
    expect(provenance.sharing).toBe(false);
    expect(provenance.sharingReason).toContain(`a ${memory} model`);
  });

  it('gives no reason when arms share, also for a record of an older engine', () => {
    const capabilities = [MODEL.capabilities, { ...MODEL.capabilities, memory: 'attention' as const }];
    for (const each of capabilities) {
      const provenance = modelProvenance({ resolved: RESOLVED, capabilities: each, adapters: [] });
      expect(provenance.sharing).toBe(true);
      expect(provenance.sharingReason).toBeUndefined();
    }
  });
});
