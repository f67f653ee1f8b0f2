import { LaconicError } from '../../domain/index.js';

/** Socket errors, and SQLSTATEs of a server that is not there, will not let us in or has run out of something. */
const UNAVAILABLE_CODE =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|28...|3D000|53...|57P0[1-3]|58...)$/;

/** Errors of the driver that carry no code. */
const UNAVAILABLE_MESSAGE =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (has encountered a connection error|was closed)|Cannot use a pool after)/;

const HINTS: Readonly<Record<string, string>> = {
  '28': 'Correct user and password in DATABASE_URL.',
  '3D': 'Create the database, or correct its name in DATABASE_URL.',
  '53': 'Free disk space, memory or connections of the PostgreSQL server, then try again; what was stored is safe.',
};

interface DriverError {
  readonly code?: unknown;
  readonly message?: unknown;
}

/** `database-unavailable` where the server cannot be used at this time; every other error as it is. */
export function databaseError(error: unknown): unknown {
  return isUnavailable(error) ? unreachableDatabase(error) : error;
}

export function unreachableDatabase(cause: unknown): LaconicError {
  const driver = driverError(cause);
  const code = typeof driver.code === 'string' ? driver.code : '';
  const message = typeof driver.message === 'string' && driver.message !== '' ? driver.message : code || String(cause);
  return new LaconicError('database-unavailable', `The database cannot be used: ${message}`, {
    hint:
      HINTS[code.slice(0, 2)] ??
      'Check that PostgreSQL runs and that DATABASE_URL names it with user, password and database.',
    cause,
  });
}

function isUnavailable(error: unknown): boolean {
  const { code, message } = driverError(error);
  if (typeof code === 'string' && UNAVAILABLE_CODE.test(code)) return true;
  return typeof message === 'string' && UNAVAILABLE_MESSAGE.test(message);
}

/** TypeORM wraps what the driver threw. */
function driverError(error: unknown): DriverError {
  if (error === null || typeof error !== 'object') return {};
  return 'driverError' in error ? (error.driverError as DriverError) : error;
}
