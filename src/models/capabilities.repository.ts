import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { contentHash, type EngineIdentity, type ModelCapabilities, type SelfCheck } from '../domain/index.js';

/**
 * What workers found out about models, per model file and engine. The API and planning read it as data and never open a model file.
 * Table: model_capabilities (model_sha256, engine_key) → capabilities.
 */
@Injectable()
export class CapabilitiesRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async find(modelSha256: string, engine: EngineIdentity): Promise<ModelCapabilities | null> {
    const [row] = await this.dataSource.query<{ capabilities: ModelCapabilities }[]>(
      `SELECT capabilities FROM model_capabilities WHERE model_sha256 = $1 AND engine_key = $2`,
      [modelSha256, engineKey(engine)],
    );
    return row?.capabilities ?? null;
  }

  /** The newest record of any engine; null where no worker has inspected the model. */
  async latest(modelSha256: string): Promise<ModelCapabilities | null> {
    const [row] = await this.dataSource.query<{ capabilities: ModelCapabilities }[]>(
      `SELECT capabilities FROM model_capabilities WHERE model_sha256 = $1 ORDER BY recorded_at DESC, engine_key LIMIT 1`,
      [modelSha256],
    );
    return row?.capabilities ?? null;
  }

  /** Unlike capabilities it depends on how the engine computes, so threads and profile tell records apart. */
  async selfCheck(modelSha256: string, engine: EngineIdentity): Promise<SelfCheck | null> {
    const [row] = await this.dataSource.query<{ found: SelfCheck | null }[]>(
      `SELECT capabilities->'selfChecks'->$3::text AS found FROM model_capabilities WHERE model_sha256 = $1 AND engine_key = $2`,
      [modelSha256, engineKey(engine), computation(engine)],
    );
    return row?.found ?? null;
  }

  /** Precondition: the model's capabilities are recorded. */
  async recordSelfCheck(modelSha256: string, engine: EngineIdentity, check: SelfCheck): Promise<void> {
    await this.dataSource.query(
      `UPDATE model_capabilities SET capabilities = jsonb_set(capabilities, '{selfChecks}',
              coalesce(capabilities->'selfChecks', '{}') || jsonb_build_object($3::text, $4::jsonb))
        WHERE model_sha256 = $1 AND engine_key = $2`,
      [modelSha256, engineKey(engine), computation(engine), JSON.stringify(check)],
    );
  }

  async record(modelSha256: string, engine: EngineIdentity, capabilities: ModelCapabilities): Promise<void> {
    await this.dataSource.query(
      `INSERT INTO model_capabilities (model_sha256, engine_key, engine, capabilities, recorded_at)
       VALUES ($1, $2, $3::jsonb, $4::jsonb, now())
       ON CONFLICT (model_sha256, engine_key) DO UPDATE SET capabilities = excluded.capabilities, recorded_at = excluded.recorded_at`,
      [modelSha256, engineKey(engine), JSON.stringify(engine), JSON.stringify(capabilities)],
    );
  }
}

/** What a model can do depends on the code that opens it, not on threads or profile. */
function engineKey({ llamaCpp, build, cpuVariant, backend }: EngineIdentity): string {
  return contentHash({ llamaCpp, build, cpuVariant, backend });
}

function computation({ threads, profile }: EngineIdentity): string {
  return `${profile}-${threads}`;
}
