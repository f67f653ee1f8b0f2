/**
 * Every error that a user can meet. The code is stable (scripts match on it), the hint says what to do.
 * HTTP status and exit code follow from the code, so API and CLI never disagree.
 */
export type ErrorCode =
  | 'suite-invalid'
  | 'usage'
  | 'unknown-technique'
  | 'technique-refused'
  | 'dataset-unknown'
  | 'dataset-invalid'
  | 'dataset-changed'
  | 'evaluation-items-refused'
  | 'model-unknown'
  | 'model-missing'
  | 'model-invalid'
  | 'model-changed'
  | 'model-not-inspected'
  | 'engine-unavailable'
  | 'engine-build-failed'
  | 'engine-died'
  | 'engine-mismatch'
  | 'run-unknown'
  | 'run-not-finished'
  | 'run-state'
  | 'idempotency-conflict'
  | 'database-unavailable'
  | 'queue-unavailable'
  | 'port-taken'
  | 'output-failed'
  | 'result-invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'payload-too-large'
  | 'rate-limited'
  | 'interrupted'
  | 'internal';

export interface ErrorDetails {
  /** What the user can do about it, one sentence. */
  readonly hint: string;
  /** Where: file and line, JSON pointer, item id, URL … */
  readonly where?: string;
  readonly cause?: unknown;
}

export class LaconicError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly where: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LaconicError';
    this.code = code;
    this.hint = details.hint;
    this.where = details.where;
  }
}

/** One problem of a user-written file. */
export interface FileProblem {
  readonly file: string;
  /** 1-based; null where the position is unknown. */
  readonly line: number | null;
  /** Dotted key path, e.g. `arms.2.params.tokens`; empty at the top. */
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** A suite or data set with one or more problems, all of them reported at once. */
export class InvalidFileError extends LaconicError {
  readonly problems: readonly FileProblem[];

  constructor(code: 'suite-invalid' | 'dataset-invalid', problems: readonly FileProblem[]) {
    const first = problems[0];
    super(code, problems.map(formatProblem).join('\n'), {
      hint: first?.hint ?? 'Correct the file and try again.',
      where: first ? positionOf(first) : 'unknown',
    });
    this.name = 'InvalidFileError';
    this.problems = problems;
  }
}

function positionOf(problem: FileProblem): string {
  return problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
}

function formatProblem(problem: FileProblem): string {
  const key = problem.key === '' ? '' : ` ${problem.key}:`;
  return `${positionOf(problem)}:${key} ${problem.message} ${problem.hint}`.trimEnd();
}
