import type { LaconicConfig } from '../config/index.js';

export type HttpSettings = Pick<LaconicConfig, 'host' | 'rateLimitPerMinute'>;

export const HTTP_SETTINGS = Symbol('HTTP_SETTINGS');
