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
  readonly where: string;
  readonly instance: string;
  readonly problems?: readonly FileProblem[];
}

export function problemOf(error: unknown, instance: string): Problem {
  if (error instanceof LaconicError) return laconicProblem(error, instance);
  if (error instanceof HttpException) return frameworkProblem(error, instance);
  return internalProblem(instance);
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
    case 'result-invalid':
    case 'interrupted':
    case 'internal':
      return 500;
  }
}

function laconicProblem(error: LaconicError, instance: string): Problem {
  const extra = error instanceof InvalidFileError ? { problems: error.problems } : {};
  const { code, message: detail, hint, where = instance } = error;
  return { ...problem(code, instance, { status: statusOf(code), detail, hint, where }), ...extra };
}

type FrameworkRule = readonly [code: ErrorCode, detail: string, hint: string, where?: string];

/** What Nest, its rate limit and the body parser throw; Nest has made HTTP exceptions of all of them. */
function frameworkProblem(error: HttpException, instance: string): Problem {
  const status = error.getStatus();
  const rules: Readonly<Record<number, FrameworkRule>> = {
    400: [
      'usage',
      `The request is not well formed: ${error.message}`,
      'A body is a JSON object with Content-Type: application/json; special characters of a URL are written as %XX.',
    ],
    404: ['not-found', error.message, 'See /api/docs for what exists.'],
    413: [
      'payload-too-large',
      'The request body is too large.',
      'Send less, or raise LACONIC_BODY_LIMIT_BYTES on the server.',
      'body',
    ],
    415: ['usage', `The request body cannot be read: ${error.message}`, 'Send JSON in UTF-8.', 'body'],
    429: [
      'rate-limited',
      'Too many requests of this kind in the last minute.',
      'Wait as many seconds as the header Retry-After says.',
    ],
  };
  const [code, detail, hint, where = instance] = rules[status] ?? [
    status < 500 ? 'usage' : 'internal',
    error.message,
    'See /api/docs for what the server expects.',
  ];
  return problem(code, instance, { status, detail, hint, where });
}

function internalProblem(instance: string): Problem {
  return problem('internal', instance, {
    status: 500,
    detail: 'Something went wrong inside the server.',
    hint: 'The server’s log has the details, under the id in the header X-Request-Id.',
    where: instance,
  });
}

function problem(
  code: ErrorCode,
  instance: string,
  rest: Pick<Problem, 'status' | 'detail' | 'hint' | 'where'>,
): Problem {
  return { type: `urn:laconic:problem:${code}`, title: code.replaceAll('-', ' '), code, instance, ...rest };
}
