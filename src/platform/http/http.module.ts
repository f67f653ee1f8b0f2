import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { LaconicError } from '../../domain/index.js';
import { HealthController } from '../health/index.js';
import { MetricsController } from '../metrics/index.js';
import { ApiKeyGuard } from './api-key.guard.js';
import { ApiKeysService } from './api-keys.service.js';
import { HTTP_SETTINGS, type HttpSettings } from './http-settings.js';
import { ProblemFilter } from './problem.filter.js';

@Module({})
export class HttpModule {
  static register(settings: HttpSettings): DynamicModule {
    return {
      module: HttpModule,
      imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: settings.rateLimitPerMinute }])],
      controllers: [HealthController, MetricsController],
      providers: [
        ApiKeysService,
        { provide: HTTP_SETTINGS, useValue: settings },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_GUARD, useClass: ThrottlerGuard },
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_PIPE, useFactory: () => new StandardSchemaValidationPipe({ exceptionFactory: invalidInput }) },
      ],
      exports: [ApiKeysService],
    };
  }
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

function invalidInput(issues: readonly Issue[]): LaconicError {
  const first = issues[0];
  const text = (issue: Issue): string => `${pathOf(issue) || 'request'}: ${issue.message}`;
  return new LaconicError('usage', issues.slice(0, 20).map(text).join('; '), {
    hint: 'See /api/docs for the fields and their ranges.',
    where: (first && pathOf(first)) || 'request',
  });
}

function pathOf(issue: Issue): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
}
