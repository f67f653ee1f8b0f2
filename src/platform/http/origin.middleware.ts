import type { NextFunction, Request, Response } from 'express';
import { LaconicError } from '../../domain/index.js';
import type { LaconicConfig } from '../config/index.js';
import { isLoopback, isWildcard } from './loopback.js';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Host: against DNS rebinding, a name that resolves to this machine but is not meant for it is refused. Origin:
 * against pages of other sites, a state change that a browser sends must come from this server's own pages.
 */
export function checkHostAndOrigin(config: Pick<LaconicConfig, 'host' | 'allowedHosts'>) {
  const listensOn = isWildcard(config.host) ? [] : [config.host.toLowerCase()];
  const allowed = new Set([...listensOn, ...config.allowedHosts].map(bare));
  return (request: Request, _response: Response, next: NextFunction): void => {
    const host = request.headers.host ?? '';
    const name = bare(host.replace(/:\d+$/, ''));
    if (!isLoopback(name) && !allowed.has(name)) {
      next(
        forbidden(`The host “${host}” is not one of this server’s names.`, 'Add it to LACONIC_ALLOWED_HOSTS.', 'Host'),
      );
      return;
    }
    const origin = request.headers.origin;
    if (!SAFE_METHODS.includes(request.method) && origin !== undefined && !isOwn(origin, host)) {
      next(
        forbidden(
          `A page of ${origin} may not change anything here.`,
          'Use this server’s own pages, or a client that is no browser.',
          'Origin',
        ),
      );
      return;
    }
    next();
  };
}

/** A name as it is compared: an IPv6 address stands in brackets in a Host header, but not where it is configured. */
function bare(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
}

function isOwn(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function forbidden(message: string, hint: string, where: string): LaconicError {
  return new LaconicError('forbidden', message, { hint, where });
}
