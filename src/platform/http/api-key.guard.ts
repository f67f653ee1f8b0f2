import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { LaconicError } from '../../domain/index.js';
import { ApiKeysService, type Scope } from './api-keys.service.js';
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js';
import { isLoopback } from './loopback.js';
import { allows, defaultScope, SCOPE_METADATA } from './scopes.js';

/**
 * Once a key exists, every route that is not public needs one. Without any key a server on loopback is open; one that
 * others can reach stays closed, also when its last key is revoked while it runs.
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: ApiKeysService,
    @Inject(HTTP_SETTINGS) private readonly settings: HttpSettings,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Request>();
    const targets = [context.getHandler(), context.getClass()];
    const declared = this.reflector.getAllAndOverride<Scope | 'public' | undefined>(SCOPE_METADATA, targets);
    const needed = declared ?? defaultScope(request.method);
    if (needed === 'public') return true;
    const secret = secretOf(request);
    if (secret === null && isLoopback(this.settings.host) && !(await this.keys.any())) return true;
    return this.admit(secret, needed);
  }

  private async admit(secret: string | null, needed: Scope): Promise<true> {
    const key = secret === null ? null : await this.keys.find(secret);
    if (!key) {
      throw new LaconicError(
        'unauthenticated',
        secret === null ? 'This server needs an API key.' : 'This API key is not valid.',
        { hint: 'Send `Authorization: Bearer <key>`; an administrator makes keys with `laconic keys add`.' },
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
  const bearer = /^Bearer +(\S{1,200})$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' && header !== '' ? header : null);
}
