import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import { LaconicError } from './domain/index.js';
import type { WorkScope } from './execution/index.js';
import { InferenceService } from './inference/index.js';
import { ModelsService } from './models/index.js';
import { setUpOpenApi } from './openapi.js';
import { loadConfig, type ConfigOverrides, type LaconicConfig } from './platform/config/index.js';
import { ensureDatabase, migrate, type Database, type DatabaseLog } from './platform/database/index.js';
import { configureHttp, listen } from './platform/http/index.js';
import { chooseQueueBackend } from './platform/queue/index.js';
import { aborted, closeInTime, stopSignal } from './stopping.js';

export interface Foundation {
  readonly config: LaconicConfig;
  readonly database: Database;
}

/** Database up and migrated, queue chosen: what must stand before Nest starts. */
export async function layFoundation(log: DatabaseLog, overrides: ConfigOverrides = {}): Promise<Foundation> {
  const config = loadConfig(overrides);
  const database = await ensureDatabase(config, log);
  try {
    const applied = await migrate(database.url);
    if (applied > 0) log(`database: ${applied} migration${applied === 1 ? '' : 's'} applied`);
  } catch (error) {
    await database.release();
    throw error;
  }
  chooseQueueBackend({ databaseUrl: database.url, redisUrl: config.redisUrl });
  return { config, database };
}

function moduleOf(
  { config, database }: Foundation,
  scope: WorkScope,
  works: boolean,
): ReturnType<typeof AppModule.register> {
  return AppModule.register({ config, databaseUrl: database.url, scope, works });
}

export interface ContextOptions {
  readonly scope: WorkScope;
  /** Whether engines run in this process's charge. */
  readonly works: boolean;
  readonly log: DatabaseLog;
  readonly overrides?: ConfigOverrides;
}

export interface OpenContext {
  readonly context: INestApplicationContext;
  readonly foundation: Foundation;
}

/** The services without HTTP. Whoever opens them closes the context and releases the database. */
export async function openContext({ scope, works, log, overrides }: ContextOptions): Promise<OpenContext> {
  const foundation = await layFoundation(log, { logLevel: 'error', ...overrides });
  try {
    const module = moduleOf(foundation, scope, works);
    const context = await NestFactory.createApplicationContext(module, { bufferLogs: true });
    context.useLogger(context.get(Logger));
    return { context, foundation };
  } catch (error) {
    await foundation.database.release();
    throw error;
  }
}

export interface ServeOptions {
  readonly port?: number | undefined;
  /** Engine processes inside this process; 0 = API and pages alone. */
  readonly workers?: number | undefined;
}

/** API, pages and (unless told otherwise) a worker; resolves when told to stop. */
export async function serve(options: ServeOptions, log: DatabaseLog = toStderr): Promise<void> {
  const stopping = stopSignal();
  const overrides: ConfigOverrides = {
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.workers ? { engineProcesses: options.workers } : {}),
  };
  const foundation = await layFoundation(log, overrides);
  const works = options.workers !== 0;
  const app = await createHttpApplication(foundation, works);
  try {
    const url = await listen(app, foundation.config);
    log(`listening on ${url} (API: ${url}/api/docs)`);
    if (works) await Promise.race([aborted(stopping), inspectRegistered(app, log, stopping)]);
    await aborted(stopping);
    log('stopping: work in hand is given back');
  } finally {
    await closeInTime(app, foundation.database, log);
  }
}

/** A worker of the service, without HTTP; resolves when told to stop. */
export async function work(log: DatabaseLog = toStderr): Promise<void> {
  const stopping = stopSignal();
  const foundation = await layFoundation(log);
  const context = await NestFactory.createApplicationContext(moduleOf(foundation, { kind: 'service' }, true), {
    bufferLogs: true,
  });
  context.useLogger(context.get(Logger));
  try {
    await Promise.race([aborted(stopping), inspectRegistered(context, log, stopping)]);
    if (!stopping.aborted) log('worker ready');
    await aborted(stopping);
    log('stopping: work in hand is given back');
  } finally {
    await closeInTime(context, foundation.database, log);
  }
}

export async function createHttpApplication(foundation: Foundation, works: boolean): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(moduleOf(foundation, { kind: 'service' }, works), {
    bufferLogs: true,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(Logger));
  configureHttp(app, foundation.config);
  setUpOpenApi(app);
  return app;
}

/** Capability records of all registered models, so that the API can plan with them. */
async function inspectRegistered(
  context: INestApplicationContext,
  log: DatabaseLog,
  stopping: AbortSignal,
): Promise<void> {
  const models = context.get(ModelsService, { strict: false });
  const inference = context.get(InferenceService, { strict: false });
  for (const { alias, available } of await models.list()) {
    if (!available) continue;
    if (stopping.aborted) return;
    try {
      await inference.inspect(alias);
    } catch (error) {
      if (stopping.aborted) return;
      if (!(error instanceof LaconicError)) throw error;
      log(`model ${alias} cannot be used: ${error.message} ${error.hint}`);
    }
  }
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
