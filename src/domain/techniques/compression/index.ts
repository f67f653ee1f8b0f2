import { TOKENSKIP } from './tokenskip.js';
import { TRUNCATE } from './truncate.js';

export {
  isCompression,
  publishedMethod,
  TOKENSKIP_TABLE,
  TOKENSKIP_TABLE_SOURCE,
  type PublishedCells,
  type PublishedMethod,
  type PublishedRow,
} from './published.js';
export { type TokenskipParams } from './tokenskip.js';
export { type TruncateParams } from './truncate.js';

/** Techniques that shorten the thinking by a ratio, and the control that cuts it. */
export const COMPRESSION_TECHNIQUES = [TOKENSKIP, TRUNCATE] as const;
