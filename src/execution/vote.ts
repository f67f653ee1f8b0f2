import {
  bordaWeights,
  heaviest,
  isDecided,
  pathsNeeded,
  sumLedgers,
  tally,
  tokenTotals,
  voteEnd,
  votePlan,
  type CastPath,
  type Item,
  type SampleEvent,
  type SamplePath,
  type SampleRecord,
  type TalliedAnswer,
  type VoteCourse,
  type VoteDetail,
  type VoteRule,
} from '../domain/index.js';
import type { FinishedSample, GenerationTask } from '../inference/index.js';
import { grade, isSameResult } from '../scoring/index.js';
import { sampleRecord } from './sample-record.js';

/**
 * One sample in the making that is chosen among several paths. Only paths that the vote needs in any case are begun, so
 * none is decoded in vain; which paths count depends on their order alone.
 */
export class Vote {
  private readonly item: Item;
  private readonly finished: (SamplePath | undefined)[] = [];
  private prompt = '';
  private begun = 0;

  private constructor(
    private readonly task: GenerationTask,
    private readonly rule: VoteRule,
    private readonly course: VoteCourse,
  ) {
    this.item = task.items[0] as Item;
  }

  /** Null where the task's arm has one path only. */
  static of(task: GenerationTask): Vote | null {
    const plan = votePlan(task.arm);
    return plan && new Vote(task, plan.rule, { ...plan.course, maxTokens: task.arm.sampling.maxTokens });
  }

  /** The paths that are needed by now and not begun. */
  next(): GenerationTask[] {
    const first = this.begun;
    this.begun = Math.max(first, pathsNeeded(this.cast(), this.course, this.same));
    return Array.from({ length: this.begun - first }, (_, index) => ({ ...this.task, lane: first + index }));
  }

  /** Takes a path; the sample where this ends the vote, null where it goes on or was over before. */
  take({ task, prompt, generation }: FinishedSample): SampleRecord | null {
    if (this.end() !== null) return null;
    this.prompt = prompt;
    this.finished[task.lane ?? 0] = { ...generation, ...grade(generation, this.item) };
    const end = this.end();
    return end === null ? null : this.record(this.finished.slice(0, end) as SamplePath[]);
  }

  get isOver(): boolean {
    return this.end() !== null;
  }

  private end(): number | null {
    return voteEnd(this.cast(), this.course, this.same);
  }

  private cast(): (CastPath<string> | undefined)[] {
    return Array.from(this.finished, (path) => path && castPath(path));
  }

  private readonly same = (a: string, b: string): boolean => isSameResult(a, b, this.item);

  private record(paths: readonly SamplePath[]): SampleRecord {
    const { chosen, votes } = outcome(paths, this.rule, this.same);
    const failed = paths.findIndex(({ stopReason }) => stopReason === 'error');
    const generation = paths[failed < 0 ? chosen : failed] as SamplePath;
    const detail: VoteDetail = {
      of: this.course.paths,
      run: paths.length,
      ended: this.reason(paths),
      chosen: paths.indexOf(generation),
      votes: votes.map(({ answer, weight, paths: of }) => ({ answer, weight, paths: [...of] })),
    };
    const at = tokenTotals(generation.ledger).delivered;
    const event: SampleEvent = { at, type: 'vote', detail: JSON.stringify(detail) };
    return {
      ...sampleRecord(this.task, this.item, { prompt: this.prompt, generation }),
      ledger: sumLedgers(paths.map(({ ledger }) => ledger)),
      events: [...generation.events, event],
      paths,
    };
  }

  private reason(paths: readonly SamplePath[]): VoteDetail['ended'] {
    if (paths.some(({ stopReason }) => stopReason === 'error')) return 'error';
    if (paths.length === this.course.paths) return 'complete';
    return this.course.early && isDecided(answersOf(paths), this.course.paths, this.same) ? 'decided' : 'max-total';
  }
}

function castPath({ extracted, ledger, stopReason }: SamplePath): CastPath<string> {
  return { answer: extracted, tokens: tokenTotals(ledger).delivered, failed: stopReason === 'error' };
}

function answersOf(paths: readonly SamplePath[]): (string | null)[] {
  return paths.map(({ extracted }) => extracted);
}

interface Outcome {
  /** The path that stands for the vote: the first with the winning answer, or the most certain; 0 where none has one. */
  readonly chosen: number;
  readonly votes: readonly TalliedAnswer<string>[];
}

function outcome(paths: readonly SamplePath[], rule: VoteRule, equal: (a: string, b: string) => boolean): Outcome {
  const answers = answersOf(paths);
  if (rule.by === 'majority') return firstOf(tally(answers, equal));
  const scores = paths.map(({ extracted, certainty }) =>
    extracted === null ? null : (certainty?.selfCertainty ?? null),
  );
  if (rule.aggregate === 'borda') {
    const weights = bordaWeights(scores, rule.power);
    return firstOf(tally(answers, equal, (of) => of.reduce((sum, path) => sum + (weights[path] ?? 0), 0)));
  }
  const score = (path: number): number => scores[path] ?? 0;
  const votes = tally(answers, equal, (of) => Math.max(...of.map(score)));
  const winner = heaviest(votes);
  return { votes, chosen: winner?.paths.find((path) => score(path) === winner.weight) ?? 0 };
}

function firstOf(votes: readonly TalliedAnswer<string>[]): Outcome {
  return { votes, chosen: heaviest(votes)?.paths[0] ?? 0 };
}
