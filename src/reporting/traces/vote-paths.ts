import { tokenTotals, voteOf, type SamplePath, type SampleRecord, type VoteDetail } from '../../domain/index.js';
import { counted, decimal, integer } from '../format.js';
import { gradeBadge, type OutcomeBadge } from './entries.js';

/** The paths that a sample was chosen among. */
export interface VotePathsView {
  readonly summary: string;
  readonly rows: readonly {
    readonly name: string;
    readonly isChosen: boolean;
    readonly answer: string;
    readonly badge: OutcomeBadge;
    readonly tokens: string;
    /** Self-certainty, where it was measured. */
    readonly certainty: string;
  }[];
}

const MOST_ANSWER = 200;

export function votePaths(sample: SampleRecord): VotePathsView | null {
  const vote = voteOf(sample.events);
  if (!sample.paths || !vote) return null;
  return {
    summary: summaryOf(vote),
    rows: sample.paths.map((path, index) => ({
      name: `Path ${index + 1}`,
      isChosen: index === vote.chosen,
      answer: answerOf(path),
      badge: gradeBadge(path),
      tokens: counted(tokenTotals(path.ledger).delivered, 'token'),
      certainty: typeof path.certainty?.selfCertainty === 'number' ? decimal(path.certainty.selfCertainty, 3) : '',
    })),
  };
}

/** A vote as the trace that stands for it: the tokens of the path that is shown, not those of all. */
export function shownPath(sample: SampleRecord): SampleRecord {
  const path = sample.paths?.[voteOf(sample.events)?.chosen ?? 0];
  return path ? { ...sample, ledger: path.ledger } : sample;
}

/** `3 of 5 paths, 2 answers: 42 (2), 40 (1)` */
function summaryOf({ run, of, votes }: VoteDetail): string {
  const answers = votes.map(({ answer, paths }) => `${clipped(answer)} (${integer(paths.length)})`);
  const given = votes.length === 0 ? 'no answer' : `${counted(votes.length, 'answer')}: ${answers.join(', ')}`;
  return `${integer(run)} of ${counted(of, 'path')}, ${given}`;
}

function answerOf({ extracted }: SamplePath): string {
  return extracted === null ? 'no answer' : clipped(extracted);
}

function clipped(text: string): string {
  return text.length <= MOST_ANSWER ? text : `${text.slice(0, MOST_ANSWER)} …`;
}
