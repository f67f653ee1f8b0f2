import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Scope } from './api-keys.service.js';

export const SCOPE_METADATA = 'laconic:scope';

/** What a key must be allowed to do for this route; `admin` may do everything, `run` may also read. */
export function Scopes(scope: Scope): CustomDecorator {
  return SetMetadata(SCOPE_METADATA, scope);
}

export function allows(held: readonly Scope[], needed: Scope): boolean {
  if (held.includes('admin')) return true;
  return held.includes(needed) || (needed === 'read' && held.includes('run'));
}
