import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Scope } from './api-keys.service.js';

export const SCOPE_METADATA = 'laconic:scope';
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** What a key must be allowed to do for this route; `admin` may do everything, `run` may also read. */
export function Scopes(scope: Scope): CustomDecorator {
  return SetMetadata(SCOPE_METADATA, scope);
}

/** For routes that never need a key, such as a liveness check. */
export function Public(): CustomDecorator {
  return SetMetadata(SCOPE_METADATA, 'public');
}

/** A route whose author said nothing is not open: reading needs `read`, everything else `admin`. */
export function defaultScope(method: string): Scope {
  return SAFE_METHODS.includes(method) ? 'read' : 'admin';
}

export function allows(held: readonly Scope[], needed: Scope): boolean {
  if (held.includes('admin')) return true;
  return held.includes(needed) || (needed === 'read' && held.includes('run'));
}
