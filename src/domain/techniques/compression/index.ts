import { TOKENSKIP } from './tokenskip.js';
import { TRUNCATE } from './truncate.js';

/** Techniques that shorten the thinking by a ratio, and the control that cuts it. */
export const COMPRESSION_TECHNIQUES = [TOKENSKIP, TRUNCATE] as const;
