import type { NextFunction, Request, Response } from 'express';
import { LaconicError } from '../../domain/index.js';

/**
 * PostgreSQL stores no NUL character and no half of a surrogate pair; both would fail deep inside as somebody's bug.
 * Stands after the body parser.
 */
export function refuseUnstorableText(request: Request, _response: Response, next: NextFunction): void {
  const address = decoded(request.originalUrl);
  const where = address !== null && !isStorable(address) ? 'URL' : unstorableIn(request.body, 'body');
  if (where === null) {
    next();
    return;
  }
  next(
    new LaconicError('usage', 'The request contains a character that cannot be stored.', {
      hint: 'Remove NUL characters (\\u0000) and unpaired surrogates (\\ud800 to \\udfff).',
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

/** Path of the first text that cannot be stored. A list of its own instead of recursion: a body may be nested very deeply. */
function unstorableIn(body: unknown, root: string): string | null {
  const open: [value: unknown, path: string][] = [[body, root]];
  for (let next = open.pop(); next; next = open.pop()) {
    const [value, path] = next;
    if (typeof value === 'string' && !isStorable(value)) return path;
    if (value === null || typeof value !== 'object') continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isStorable(key)) return path;
      open.push([child, `${path}.${key}`]);
    }
  }
  return null;
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
