import { basename } from 'node:path';
import { fileSha256 } from '../file-sha256.js';
import type { ScorerName } from '../scorer.js';
import type { ScorerOptions } from './create-scorer.js';

/** A scorer as a card names it: enough to score the same way again. */
export interface ScorerFacts {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Only what the scorer heeds; files by name and sha256. */
export async function scorerFacts(name: ScorerName, options: ScorerOptions): Promise<ScorerFacts> {
  switch (name) {
    case 'answer-contribution':
      return { name, options: { unit: options.unit ?? 'line' } };
    case 'llmlingua2': {
      const { modelFile = '', tokenizerFile = '' } = options;
      return {
        name,
        options: { modelFile: await fileFacts(modelFile), tokenizerFile: await fileFacts(tokenizerFile) },
      };
    }
    case 'self-information':
    case 'random':
    case 'keep-numbers':
    case 'truncate':
      return { name, options: {} };
  }
}

async function fileFacts(file: string): Promise<{ readonly name: string; readonly sha256: string }> {
  return { name: basename(file), sha256: await fileSha256(file) };
}
