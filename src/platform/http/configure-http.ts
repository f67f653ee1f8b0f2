import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import type { LaconicConfig } from '../config/index.js';
import { MetricsService } from '../metrics/index.js';
import { checkHostAndOrigin } from './origin.middleware.js';
import { measureRequests } from './request-metrics.middleware.js';
import { refuseUnstorableText } from './text.middleware.js';

/** What every HTTP application of ours has in front of its routes. Reports bring a stricter policy of their own. */
export function configureHttp(
  app: NestExpressApplication,
  config: Pick<LaconicConfig, 'host' | 'allowedHosts' | 'bodyLimitBytes'>,
): void {
  app.disable('x-powered-by');
  app.use(measureRequests(app.get(MetricsService)));
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'none'"],
          scriptSrc: ["'self'"],
          styleSrc: ["'self'", "'unsafe-inline'"],
          imgSrc: ["'self'", 'data:'],
          connectSrc: ["'self'"],
          baseUri: ["'none'"],
          formAction: ["'self'"],
          frameAncestors: ["'none'"],
        },
      },
    }),
  );
  app.use(checkHostAndOrigin(config));
  app.useBodyParser('json', { limit: config.bodyLimitBytes });
  app.use(refuseUnstorableText);
}
