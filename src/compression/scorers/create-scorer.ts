import type { FrozenModelFile, InferenceService } from '../../inference/index.js';
import type { ControlScorer } from '../../domain/index.js';
import type { ChainScorer, ScorerName } from '../scorer.js';
import { answerContributionScorer } from './answer-contribution.js';
import { llmlingua2Scorer } from './llmlingua2.js';
import { logProbReader } from './log-prob-reader.js';
import { selfInformationScorer } from './self-information.js';
import { openTokenClassifier, type ClassifierFiles } from './token-classifier.js';
import type { ContributionUnit } from './units.js';

export type ModelScorer = Exclude<ScorerName, ControlScorer>;

/** The files are llmlingua2's. */
export interface ScorerOptions extends ClassifierFiles {
  /** What answer-contribution leaves out at a time; default line. */
  readonly unit?: ContributionUnit | undefined;
}

export interface ScorerSetting {
  readonly inference: InferenceService;
  /** The model that wrote the chains. */
  readonly model: FrozenModelFile;
}

/** Throws `usage`, `model-missing` or `model-invalid` where llmlingua2 lacks what it needs. */
export async function createScorer(
  name: ModelScorer,
  { unit = 'line', ...files }: ScorerOptions,
  { inference, model }: ScorerSetting,
): Promise<ChainScorer> {
  switch (name) {
    case 'self-information':
      return selfInformationScorer(logProbReader(inference, model));
    case 'answer-contribution':
      return answerContributionScorer(logProbReader(inference, model), unit);
    case 'llmlingua2':
      return llmlingua2Scorer(await openTokenClassifier(files));
  }
}
