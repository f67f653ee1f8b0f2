import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  contentHash,
  LaconicError,
  type RunEvent,
  type RunProgress,
  type RunProvenance,
  type RunView,
} from '../domain/index.js';
import { forecast, planShards, type PlanForecast } from '../planning/index.js';
import { RunsRepository, type RunFilter } from './runs.repository.js';
import { RUN_SETTINGS, type RunSettings } from './run-settings.js';
import { modelProvenance, SuiteFreezer, type FreezeRequest, type Frozen } from './suite-freezer.js';

export interface CreateRun extends FreezeRequest {
  readonly idempotencyKey?: string | undefined;
  /** Chosen by callers that must know the id before the run exists. */
  readonly id?: string | undefined;
}

@Injectable()
export class RunsService {
  constructor(
    private readonly repository: RunsRepository,
    private readonly freezer: SuiteFreezer,
    @Inject(RUN_SETTINGS) private readonly settings: RunSettings,
  ) {}

  /** Repeated with the same idempotency key and content, it answers with the run that exists. */
  async create(request: CreateRun): Promise<RunView> {
    const idempotency = request.idempotencyKey
      ? {
          key: request.idempotencyKey,
          requestHash: contentHash({ suite: request.suite, limit: request.limit ?? null }),
        }
      : null;
    if (idempotency) {
      const known = await this.sameRequest(idempotency);
      if (known) return known;
    }
    const frozen = await this.freezer.freeze(request);
    const id = request.id ?? newRunId();
    const { shards } = planShards({
      runId: id,
      suite: frozen.suite,
      items: frozen.items,
      engineProcesses: this.settings.engines.processes,
    });
    const inserted = await this.repository.insert({
      id,
      queue: this.settings.queueOf(request.origin, id),
      suite: frozen.suite,
      provenance: this.provenance(frozen),
      items: frozen.items,
      shards,
      expectedSamples: frozen.suite.arms.reduce((sum, arm) => sum + arm.sampling.repeats * frozen.items.length, 0),
      idempotency,
    });
    if (!inserted && idempotency) {
      const known = await this.sameRequest(idempotency);
      if (known) return known;
    }
    return this.repository.view(id);
  }

  /** What a run would do, without doing it. */
  async plan(request: FreezeRequest): Promise<PlanForecast> {
    const frozen = await this.freezer.freeze(request);
    return forecast({
      suite: frozen.suite,
      items: frozen.items,
      models: new Map(
        frozen.models.map((model) => [
          model.resolved.card.alias,
          { card: model.resolved.card, capabilities: model.capabilities },
        ]),
      ),
      engines: this.settings.engines,
    });
  }

  async get(runId: string): Promise<RunView> {
    return this.repository.view(runId);
  }

  async list(filter: RunFilter): Promise<RunView[]> {
    return this.repository.list(filter);
  }

  async progress(runId: string): Promise<RunProgress> {
    const [view, arms, shards] = await Promise.all([
      this.repository.view(runId),
      this.repository.armProgress(runId),
      this.repository.shardCounts(runId),
    ]);
    return { ...view, arms, shards };
  }

  /** Events with a sequence number above `after`, oldest first. Throws `run-unknown`. */
  async events(runId: string, after: number): Promise<RunEvent[]> {
    await this.repository.view(runId);
    return this.repository.events(runId, after);
  }

  async cancel(runId: string): Promise<RunView> {
    await this.repository.cancel(runId);
    return this.repository.view(runId);
  }

  /** Finishes what is missing; a completed run is left as it is. */
  async resume(runId: string, origin: FreezeRequest['origin']): Promise<RunView> {
    await this.repository.reopen(runId, this.settings.queueOf(origin, runId));
    return this.repository.view(runId);
  }

  private provenance(frozen: Frozen): RunProvenance {
    return {
      laconic: this.settings.version,
      gitCommit: this.settings.gitCommit,
      engine: null,
      models: frozen.models.map(modelProvenance),
      datasets: frozen.suite.datasets,
      seed: frozen.suite.seed,
      machine: null,
      suppression: {},
      ...(Object.keys(frozen.examples).length > 0 ? { examples: frozen.examples } : {}),
      ...(Object.keys(frozen.steering).length > 0 ? { steering: frozen.steering } : {}),
    };
  }

  private async sameRequest(request: { key: string; requestHash: string }): Promise<RunView | null> {
    const known = await this.repository.byIdempotencyKey(request.key);
    if (!known) return null;
    if (known.requestHash === request.requestHash) return this.repository.view(known.id);
    throw new LaconicError('idempotency-conflict', 'This Idempotency-Key was used for a different request.', {
      hint: `It belongs to run ${known.id}; use a new key for a new run.`,
      where: 'Idempotency-Key',
    });
  }
}

/** 12 hex digits: short enough to type, 2^48 of them. */
export function newRunId(): string {
  return randomBytes(6).toString('hex');
}
