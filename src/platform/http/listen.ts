import type { INestApplication } from '@nestjs/common';
import { LaconicError } from '../../domain/index.js';
import type { LaconicConfig } from '../config/index.js';
import { ApiKeysService } from './api-keys.service.js';
import { isLoopback } from './loopback.js';

type Address = Pick<LaconicConfig, 'host' | 'port'>;

/** Starts listening; returns the server's base URL. */
export async function listen(app: INestApplication, config: Address): Promise<string> {
  await assertSafeToListen(app, config.host);
  try {
    await app.listen(config.port, config.host);
  } catch (cause) {
    throw listenError(cause, config);
  }
  return (await app.getUrl()).replace('[::1]', 'localhost');
}

/** A server that others can reach must have keys. */
async function assertSafeToListen(app: INestApplication, host: string): Promise<void> {
  if (isLoopback(host)) return;
  if (await app.get(ApiKeysService, { strict: false }).any()) return;
  throw new LaconicError(
    'usage',
    `The server will not listen on ${host} without API keys: anybody on the network could use it.`,
    {
      hint: 'Make a key first (`laconic keys add <name> --scopes read,run`), or listen on 127.0.0.1.',
      where: 'LACONIC_HOST',
    },
  );
}

function listenError(cause: unknown, { host, port }: Address): unknown {
  const where = `${host}:${port}`;
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new LaconicError('port-taken', `Port ${port} on ${host} is taken.`, {
        hint: `Stop the other program, or choose another port: \`laconic serve --port ${port < 65_535 ? port + 1 : 3000}\`.`,
        where,
        cause,
      });
    case 'EACCES':
      return new LaconicError('usage', `This account may not listen on port ${port}.`, {
        hint: 'Choose a port from 1024 up: `laconic serve --port 3000`.',
        where,
        cause,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new LaconicError('usage', `This machine has no address ${host}.`, {
        hint: 'Set LACONIC_HOST to an address of this machine, or leave it out for 127.0.0.1.',
        where: 'LACONIC_HOST',
        cause,
      });
    default:
      return cause;
  }
}
