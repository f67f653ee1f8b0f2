import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { pino } from 'pino';
import type { LaconicConfig } from '../config/index.js';

/** Values that must never reach a log. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
  'password',
  'connectionString',
];

/** One JSON line per event on stderr: stdout belongs to results. */
@Module({})
export class LoggingModule {
  static register(config: Pick<LaconicConfig, 'logLevel'>): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            level: config.logLevel,
            redact: { paths: [...SECRETS], censor: '[redacted]' },
            genReqId: (request: IncomingMessage) => knownRequestId(request) ?? randomUUID(),
            autoLogging: {
              ignore: (request: IncomingMessage) => /^\/(healthz|readyz|metrics)$/.test(request.url ?? ''),
            },
            stream: pino.destination({ dest: 2, sync: true }),
          },
        }),
      ],
    };
  }
}

function knownRequestId(request: IncomingMessage): string | undefined {
  const id = request.headers['x-request-id'];
  return typeof id === 'string' && /^[\w-]{1,64}$/.test(id) ? id : undefined;
}
