import { existsSync, writeFileSync } from 'node:fs';
import type { EngineRequest } from './native/addon.js';

/**
 * For tests only: how an engine process is to die, so that the recovery from a crash in native code can be tried on
 * purpose. Comes from LACONIC_TEST_ENGINE_FAULT and is off unless that is set.
 *
 * - `item:<text>`: whenever it is asked for a sample whose prompt contains the text.
 * - `once:<file>`: at the first sample it delivers, if the file does not exist; the file is made first.
 */
export type EngineFault =
  | { readonly kind: 'item'; readonly text: string }
  | { readonly kind: 'once'; readonly marker: string };

export function parseEngineFault(text: string | undefined): EngineFault | null {
  const [, kind, value] = /^(item|once):(.+)$/s.exec(text ?? '') ?? [];
  if (value === undefined) return null;
  return kind === 'item' ? { kind, text: value } : { kind: 'once', marker: value };
}

export function diesAtRequests(fault: EngineFault | null, requests: readonly EngineRequest[]): boolean {
  return (
    fault?.kind === 'item' &&
    requests.some(({ prompt }) =>
      prompt
        .map((piece) => piece.text)
        .join('')
        .includes(fault.text),
    )
  );
}

export function diesAtSample(fault: EngineFault | null): boolean {
  if (fault?.kind !== 'once' || existsSync(fault.marker)) return false;
  writeFileSync(fault.marker, '');
  return true;
}

/** As a crash in native code would: no handler runs, nothing is flushed. */
export function dieNow(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}
