import { HttpException } from '@nestjs/common';
import { InvalidFileError, LaconicError, type ErrorCode, type FileProblem } from '../../domain/index.js';

/** RFC 9457 problem details, with what Laconic adds. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly where?: string;
  readonly instance: string;
  readonly problems?: readonly FileProblem[];
}

export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof LaconicError) return laconicProblem(error, instance);
  if (error instanceof HttpException) return frameworkProblem(error, instance);
  const status = statusOfParser(error);
  if (status === 413)
    return laconicProblem(
      new LaconicError('payload-too-large', 'The request body is too large.', {
        hint: 'Send less, or raise LACONIC_BODY_LIMIT_BYTES on the server.',
      }),
      instance,
    );
  if (status === 400)
    return laconicProblem(
      new LaconicError('usage', 'The request body is no valid JSON.', {
        hint: 'Send a JSON object with Content-Type: application/json.',
      }),
      instance,
    );
  return problem('internal', instance, {
    status: 500,
    detail: 'Something went wrong inside the server.',
    hint: 'The server’s log has the details; the request id names the entry.',
  });
}

export function statusOf(code: ErrorCode): number {
  switch (code) {
    case 'suite-invalid':
    case 'usage':
    case 'unknown-technique':
    case 'technique-refused':
    case 'dataset-unknown':
    case 'dataset-invalid':
    case 'dataset-changed':
    case 'evaluation-items-refused':
    case 'model-unknown':
    case 'model-missing':
    case 'model-invalid':
      return 422;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'run-unknown':
    case 'not-found':
      return 404;
    case 'model-not-inspected':
    case 'model-changed':
    case 'run-not-finished':
    case 'run-state':
    case 'engine-mismatch':
    case 'idempotency-conflict':
      return 409;
    case 'payload-too-large':
      return 413;
    case 'rate-limited':
      return 429;
    case 'database-unavailable':
    case 'queue-unavailable':
    case 'engine-unavailable':
      return 503;
    case 'engine-build-failed':
    case 'engine-died':
    case 'port-taken':
    case 'output-failed':
    case 'interrupted':
    case 'internal':
      return 500;
  }
}

function laconicProblem(error: LaconicError, instance: string): Problem {
  const extra = error instanceof InvalidFileError ? { problems: error.problems } : {};
  return {
    ...problem(error.code, instance, { status: statusOf(error.code), detail: error.message, hint: error.hint }),
    ...(error.where === undefined ? {} : { where: error.where }),
    ...extra,
  };
}

function frameworkProblem(error: HttpException, instance: string): Problem {
  const status = error.getStatus();
  const codes: Readonly<Record<number, [ErrorCode, string]>> = {
    404: ['not-found', 'See /api/docs for what exists.'],
    429: ['rate-limited', 'Wait a little and try again.'],
    413: ['payload-too-large', 'Send less, or raise LACONIC_BODY_LIMIT_BYTES on the server.'],
  };
  const [code, hint] = codes[status] ?? [
    status < 500 ? 'usage' : 'internal',
    'See /api/docs for what the server expects.',
  ];
  return problem(code, instance, { status, detail: error.message, hint });
}

function problem(code: ErrorCode, instance: string, rest: Pick<Problem, 'status' | 'detail' | 'hint'>): Problem {
  return { type: `urn:laconic:problem:${code}`, title: code.replaceAll('-', ' '), code, instance, ...rest };
}

/** Express's body parser throws plain errors that carry a status. */
function statusOfParser(error: unknown): number | null {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : null;
}
