import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { LaconicError } from '../../domain/index.js';

export const SCOPES = ['read', 'run', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
}

/**
 * Keys are 256 random bits, so a plain hash is enough to store: there is nothing to guess. The database never sees
 * the key itself, and looking up by hash takes the same path whether it exists or not.
 */
@Injectable()
export class ApiKeysService {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The secret is returned once and cannot be read again. */
  async create(name: string, scopes: readonly string[]): Promise<{ id: string; secret: string }> {
    const unknown = scopes.find((scope) => !(SCOPES as readonly string[]).includes(scope));
    if (unknown !== undefined || scopes.length === 0) {
      throw new LaconicError('usage', `There is no scope “${unknown ?? ''}”.`, {
        hint: `Scopes are ${SCOPES.join(', ')}.`,
      });
    }
    const secret = `lac_${randomBytes(32).toString('base64url')}`;
    const id = randomUUID();
    await this.dataSource.query(`INSERT INTO api_keys (id, name, key_hash, scopes) VALUES ($1, $2, $3, $4)`, [
      id,
      name,
      hashOf(secret),
      scopes,
    ]);
    return { id, secret };
  }

  async find(secret: string): Promise<ApiKey | null> {
    const rows = await this.dataSource.query<[ApiKey[], number]>(
      `UPDATE api_keys SET last_used_at = now() WHERE key_hash = $1 AND revoked_at IS NULL RETURNING id, name, scopes`,
      [hashOf(secret)],
    );
    return rows[0][0] ?? null;
  }

  async list(): Promise<ApiKey[]> {
    return this.dataSource.query(`SELECT id, name, scopes FROM api_keys WHERE revoked_at IS NULL ORDER BY created_at`);
  }

  /** The key stops working with the next request. */
  async revoke(id: string): Promise<void> {
    const [, revoked] = await this.dataSource.query<[unknown[], number]>(
      `UPDATE api_keys SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL`,
      [id],
    );
    if (revoked > 0) return;
    throw new LaconicError('not-found', `There is no API key ${id}.`, {
      hint: 'List the keys with `laconic keys ls`.',
      where: id,
    });
  }

  async any(): Promise<boolean> {
    const rows = await this.dataSource.query<unknown[]>(`SELECT 1 FROM api_keys WHERE revoked_at IS NULL LIMIT 1`);
    return rows.length > 0;
  }
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
