import { z } from 'zod';
import type { ArmDependency } from '../definition.js';

/** Parameter of the rules that look at the thinking without writing into it. */
export const replayField = z
  .string()
  .min(1)
  .max(64)
  .optional()
  .describe(
    'Name of an arm: the rule then goes through the thinking that this arm has stored (replay). Left out: it works while the model thinks (online).',
  );

export function replayDependency({ replay }: { readonly replay?: string | undefined }): ArmDependency | null {
  return replay === undefined ? null : { arm: replay, parameter: 'replay', uses: 'trace' };
}

/** A caption that says where an arm is not online. */
export function withReplay(caption: string, { replay }: { readonly replay?: string | undefined }): string {
  return replay === undefined ? caption : `${caption}, replayed on ${replay}`;
}

/** Said once for every rule that can be replayed. */
export const REPLAY_DIFFERENCE =
  'A replay (`replay`) is charged what the rule would have spent online; the thinking that had to be decoded beforehand is shown apart, as its preparation.';
