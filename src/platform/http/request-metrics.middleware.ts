import type { NextFunction, Request, Response } from 'express';
import type { MetricsService } from '../metrics/index.js';

/** Stands before everything that can refuse a request, so that refusals are counted too. */
export function measureRequests(metrics: MetricsService) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = performance.now();
    response.once('close', () => {
      const route = (request.route as { path?: unknown } | undefined)?.path;
      metrics.requestDone({
        method: request.method,
        route: typeof route === 'string' ? route : 'unknown',
        status: response.statusCode,
        seconds: (performance.now() - start) / 1000,
      });
    });
    next();
  };
}
