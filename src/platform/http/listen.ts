import type { INestApplication } from '@nestjs/common';
import { LaconicError } from '../../domain/index.js';
import type { LaconicConfig } from '../config/index.js';
import { ApiKeysService } from './api-keys.service.js';

/** Starts listening; returns the server's base URL. */
export async function listen(app: INestApplication, config: Pick<LaconicConfig, 'host' | 'port'>): Promise<string> {
  await assertSafeToListen(app, config.host);
  try {
    await app.listen(config.port, config.host);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new LaconicError('port-taken', `Port ${config.port} on ${config.host} is taken.`, {
      hint: 'Stop the other program, or choose another port: `laconic serve --port 3001`.',
      where: `${config.host}:${config.port}`,
      cause,
    });
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}

/** A server that others can reach must have keys. */
async function assertSafeToListen(app: INestApplication, host: string): Promise<void> {
  if (['127.0.0.1', 'localhost', '::1'].includes(host)) return;
  if (await app.get(ApiKeysService).any()) return;
  throw new LaconicError('usage', `The server will not listen on ${host} without API keys.`, {
    hint: 'Make one first (`laconic keys add <name> --scopes read,run`), or listen on 127.0.0.1.',
    where: 'LACONIC_HOST',
  });
}
