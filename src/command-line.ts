import { join } from 'node:path';
import type { Abstract, INestApplicationContext, Type } from '@nestjs/common';
import { openContext, type Foundation } from './application.js';
import type { LaconicApplication, OpenApplication } from './cli/application.js';
import { ComparisonsService } from './comparisons/index.js';
import { CompressService, ImportService } from './compression/index.js';
import { DatasetsService } from './datasets/index.js';
import { baseModelOf, engineMismatch, type SuiteInput } from './domain/index.js';
import type { WorkScope } from './execution/index.js';
import { InferenceService } from './inference/index.js';
import { AdaptersService, ModelsService, vectorSha256, VectorsService } from './models/index.js';
import { ApiKeysService } from './platform/http/index.js';
import { writeJsonFile } from './platform/files/index.js';
import { renderComparison, renderCompressionPreview, ReportingService } from './reporting/index.js';
import { ExportsService, ResultsService, writeAtomically, writeResultFile, writeSamplesFile } from './results/index.js';
import { RunsReader, RunsService } from './runs/index.js';
import { OverclockFit } from './steering/index.js';

/** The command line's application: a context without HTTP, with an in-process worker where the command runs something. */
export const openApplication: OpenApplication = async ({ work: kind, log }) => {
  const works = kind.kind !== 'none';
  // A plan asks engines about models but works on nothing: its queue stays empty.
  const scope: WorkScope =
    kind.kind === 'none' ? { kind: 'service' } : { kind: 'run', runId: kind.kind === 'run' ? kind.runId : 'plan' };
  const { context, foundation } = await openContext({ scope, works, log });
  return commandLine(context, foundation, works);
};

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
      export: (runId, format) => find(ExportsService).export(runId, format),
    },
    comparisons: comparisonCommands(find),
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

function comparisonCommands(find: Find): LaconicApplication['comparisons'] {
  const comparisons = find(ComparisonsService);
  return {
    compare: async (request, options) => comparisons.compare(request, options),
    write: async (request, file) => {
      const document = await comparisons.compare(request, { allItems: true });
      await writeAtomically(file, renderComparison(document));
      return document;
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
