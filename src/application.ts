import 'reflect-metadata';
import { join } from 'node:path';
import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module.js';
import type { LaconicApplication, OpenApplication } from './cli/application.js';
import { CompressService, ImportService } from './compression/index.js';
import { DatasetsService } from './datasets/index.js';
import { baseModelOf, engineMismatch, LaconicError, type SuiteInput } from './domain/index.js';
import type { WorkScope } from './execution/index.js';
import { InferenceService } from './inference/index.js';
import { AdaptersService, ModelsService, vectorSha256, VectorsService } from './models/index.js';
import { setUpOpenApi } from './openapi.js';
import { loadConfig, type ConfigOverrides, type LaconicConfig } from './platform/config/index.js';
import { ensureDatabase, migrate, type Database, type DatabaseLog } from './platform/database/index.js';
import { ApiKeysService, configureHttp, listen } from './platform/http/index.js';
import { chooseQueueBackend } from './platform/queue/index.js';
import { writeJsonFile } from './platform/files/index.js';
import { renderCompressionPreview, ReportingService } from './reporting/index.js';
import { ResultsService, writeResultFile, writeSamplesFile } from './results/index.js';
import { RunsReader, RunsService } from './runs/index.js';
import { OverclockFit } from './steering/index.js';
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

/** The command line's application: a context without HTTP, with an in-process worker where the command runs something. */
export const openApplication: OpenApplication = async ({ work: kind, log }) => {
  const works = kind.kind !== 'none';
  // A plan asks engines about models but works on nothing: its queue stays empty.
  const scope: WorkScope =
    kind.kind === 'none' ? { kind: 'service' } : { kind: 'run', runId: kind.kind === 'run' ? kind.runId : 'plan' };
  const { context, foundation } = await openContext({ scope, works, log });
  return commandLine(context, foundation, works);
};

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

function commandLine(context: INestApplicationContext, foundation: Foundation, works: boolean): LaconicApplication {
  const find: Find = (type) => context.get(type, { strict: false });
  const results = find(ResultsService);
  const reporting = find(ReportingService);
  const keys = find(ApiKeysService);
  return {
    runs: runCommands(find(RunsService), {
      inspect: async (suite) => {
        if (works) await inspectModelsOf(suite, find(ModelsService), find(InferenceService));
      },
      refuseOtherEngine: async (runId) => {
        const { view, provenance } = await find(RunsReader).stored(runId);
        if (view.status === 'completed') return;
        const mismatch = engineMismatch(runId, provenance.engine, await find(InferenceService).identity());
        if (mismatch) throw mismatch;
      },
    }),
    outputs: {
      write: async (runId, directory, { tokenIds }) => {
        const result = await results.result(runId);
        await writeResultFile(directory, result);
        await writeSamplesFile(directory, results.allSamples(runId), { tokenIds });
        const report = join(directory, 'report.html');
        await reporting.writeReport(runId, report);
        return { report, result };
      },
      report: async (runId, file) => {
        await reporting.writeReport(runId, file);
        return file;
      },
      recompute: async (runId) => results.recompute(runId),
      export: (runId, format) => results.exportRun(runId, format),
    },
    ...registryCommands(find),
    fit: fitCommands(find),
    tokenskip: {
      compress: async (request, watch) =>
        find(CompressService).compress(request, { ...watch, render: renderCompressionPreview }),
      import: async (request, signal) =>
        find(ImportService).import(request, { signal, render: renderCompressionPreview }),
    },
    keys: {
      add: async (name, scopes) => keys.create(name, scopes),
      list: async () => keys.list(),
      revoke: async (id) => keys.revoke(id),
    },
    close: async () => {
      await context.close();
      await foundation.database.release();
    },
  };
}

type Find = <T>(type: Type<T> | Abstract<T>) => T;

function registryCommands(find: Find): Pick<LaconicApplication, 'models' | 'adapters' | 'datasets'> {
  const models = find(ModelsService);
  const adapters = find(AdaptersService);
  const datasets = find(DatasetsService);
  return {
    models: {
      list: async () => models.list(),
      add: async (file, model) => (await models.add(file, model)).card,
      inspect: async (file) => models.inspectFile(file),
    },
    adapters: {
      list: async () => adapters.list(),
      add: async (source, adapter) => adapters.add(source, adapter),
      inspect: async (file) => adapters.inspectFile(file),
    },
    datasets: {
      list: async () => datasets.list(),
      pull: async (name) => datasets.pull(name),
      add: async (file, dataset) => datasets.add(file, dataset),
    },
  };
}

function fitCommands(find: Find): LaconicApplication['fit'] {
  return {
    overclock: async (request, target) => {
      const vector = await find(OverclockFit).fit(request);
      if ('name' in target) return find(VectorsService).register(target.name, vector);
      await writeJsonFile(target.file, vector);
      return { vector, sha256: vectorSha256(vector) };
    },
  };
}

interface BeforeRuns {
  readonly inspect: (suite: SuiteInput) => Promise<void>;
  /** A worker of one's own is the only one there is: with another engine, the run would wait for ever. */
  readonly refuseOtherEngine: (runId: string) => Promise<void>;
}

function runCommands(runs: RunsService, before: BeforeRuns): LaconicApplication['runs'] {
  return {
    create: async (request) => {
      await before.inspect(request.suite);
      return runs.create({ ...request, origin: 'cli' });
    },
    plan: async (request) => {
      await before.inspect(request.suite);
      return runs.plan({ ...request, origin: 'cli' });
    },
    get: async (id) => runs.get(id),
    progress: async (id) => runs.progress(id),
    cancel: async (id) => runs.cancel(id),
    resume: async (id) => {
      await before.refuseOtherEngine(id);
      return runs.resume(id, 'cli');
    },
    list: async () => runs.list({ limit: 200 }),
  };
}

/** A worker of one's own need not be waited for: the models of the suite are inspected on the spot. */
async function inspectModelsOf(suite: SuiteInput, models: ModelsService, inference: InferenceService): Promise<void> {
  for (const reference of new Set([suite.model, ...suite.arms.map((arm) => arm.model ?? suite.model)])) {
    const { card } = await models.resolve(baseModelOf(reference));
    await inference.inspect(card.alias);
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
