import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { LaconicError } from '../../domain/index.js';
import { ApiKeysService, type Scope } from './api-keys.service.js';
import { allows, SCOPE_METADATA } from './scopes.js';

/**
 * Once a key exists, every route with a scope needs one. Without any key the server is open, and then it listens on
 * loopback only (`assertSafeToListen`).
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeysService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE_METADATA, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (needed === undefined || !(await this.keys.any())) return true;
    const secret = secretOf(context.switchToHttp().getRequest<Request>());
    const key = secret === null ? null : await this.keys.find(secret);
    if (!key) {
      throw new LaconicError(
        'unauthenticated',
        secret === null ? 'This server needs an API key.' : 'This API key is not valid.',
        {
          hint: 'Send `Authorization: Bearer <key>`; an administrator makes keys with `laconic keys add`.',
        },
      );
    }
    if (!allows(key.scopes, needed)) {
      throw new LaconicError('forbidden', `The key “${key.name}” may not do this: it lacks the scope ${needed}.`, {
        hint: `Use a key with the scope ${needed}.`,
      });
    }
    return true;
  }
}

function secretOf(request: Request): string | null {
  const bearer = /^Bearer (\S{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : null);
}
