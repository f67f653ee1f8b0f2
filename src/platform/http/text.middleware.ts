import type { NextFunction, Request, Response } from 'express';
import { isStorable, LaconicError, UNSTORABLE_HINT, unstorablePath } from '../../domain/index.js';

/** Stands after the body parser. */
export function refuseUnstorableText(request: Request, _response: Response, next: NextFunction): void {
  const address = decoded(request.originalUrl);
  const where = address !== null && !isStorable(address) ? 'URL' : inBody(unstorablePath(request.body));
  if (where === null) {
    next();
    return;
  }
  next(
    new LaconicError('usage', 'The request contains a character that cannot be stored.', {
      hint: UNSTORABLE_HINT,
      where,
    }),
  );
}

/** Null where it is malformed, which the router refuses itself. */
function decoded(url: string): string | null {
  try {
    return decodeURIComponent(url);
  } catch {
    return null;
  }
}

function inBody(path: readonly string[] | null): string | null {
  return path && ['body', ...path].join('.');
}
