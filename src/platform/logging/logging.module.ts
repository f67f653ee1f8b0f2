import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { pino, type LoggerOptions } from 'pino';
import type { LaconicConfig } from '../config/index.js';

/** Values that must never reach a log. */
const SECRETS = [
  'req.headers.authorization',
  'req.headers["x-api-key"]',
  'req.headers.cookie',
  'password',
  'connectionString',
];

/** Nest tells every module and route it starts; that is for `debug`. */
const START_UP = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestFactory']);

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
            genReqId: requestId,
            hooks: { logMethod: hideStartUp },
            serializers: {
              req: ({ id, method, url, remoteAddress }: Record<string, unknown>) => ({
                id,
                method,
                url,
                remoteAddress,
              }),
              res: ({ statusCode }: Record<string, unknown>) => ({ statusCode }),
            },
            customLogLevel: levelOf,
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

/** The client's own id where it sent a plain one; answered in any case, so that a problem can be found in the log. */
function requestId(request: IncomingMessage, response: ServerResponse): string {
  const sent = request.headers['x-request-id'];
  const id = typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

type LogMethod = NonNullable<NonNullable<LoggerOptions['hooks']>['logMethod']>;

const hideStartUp: LogMethod = function (args, method, level) {
  const context = (args[0] as { context?: unknown } | undefined)?.context;
  if (level === this.levels.values['info'] && START_UP.has(String(context))) this.debug(...args);
  else method.apply(this, args);
};

function levelOf(_request: IncomingMessage, response: ServerResponse, error?: Error): 'info' | 'warn' | 'error' {
  if (error || response.statusCode >= 500) return 'error';
  return response.statusCode >= 400 ? 'warn' : 'info';
}
