import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createHttpApplication, layFoundation } from '../../src/application.js';
import type { ConfigOverrides } from '../../src/platform/config/index.js';

export interface TestApplication {
  readonly app: NestExpressApplication;
  readonly stop: () => Promise<void>;
}

/** The service as `laconic serve --workers 0` composes it, on a database that exists already; not listening yet. */
export async function startHttpApplication(url: string, overrides: ConfigOverrides = {}): Promise<TestApplication> {
  const home = await mkdtemp(join(tmpdir(), 'laconic-http-'));
  const foundation = await layFoundation(() => {}, {
    home,
    databaseUrl: url,
    port: 0,
    logLevel: 'fatal',
    ...overrides,
  });
  const app = await createHttpApplication(foundation, false);
  await app.init();
  return {
    app,
    stop: async () => {
      await app.close();
      await foundation.database.release();
      await rm(home, { recursive: true, force: true });
    },
  };
}
