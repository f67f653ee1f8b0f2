import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpApplication, layFoundation } from './application.js';
import { suiteJsonSchema } from './domain/index.js';
import { openApiDocument } from './openapi.js';
import { packagePath } from './platform/config/index.js';

/** Writes the generated files under docs/; CI fails where they differ from what is committed. */
const home = await mkdtemp(join(tmpdir(), 'laconic-generate-'));
await chmod(home, 0o755);
try {
  await writeJson('suite.schema.json', suiteJsonSchema());
  // Describing the API needs the application's modules, and those need a database.
  const foundation = await layFoundation(() => {}, { home, databaseUrl: null, logLevel: 'error' });
  const app = await createHttpApplication(foundation, false);
  await app.init();
  await writeJson('openapi.json', openApiDocument(app));
  await app.close();
  await foundation.database.release();
} finally {
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

async function writeJson(name: string, value: unknown): Promise<void> {
  await writeFile(packagePath('docs', name), `${JSON.stringify(value, null, 2)}\n`);
}
