#!/usr/bin/env node
import { createRequire } from 'node:module';

/** Only syntax that any Node understands stands here: an old one must reach the sentence below. */
const NEEDED = [22, 15];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < NEEDED[0]! || (major === NEEDED[0] && minor < NEEDED[1]!)) {
  process.stderr.write(
    `Laconic needs Node.js ${NEEDED.join('.')} or newer; this is ${process.versions.node}. Install a newer one from https://nodejs.org.\n`,
  );
  process.exitCode = 2;
} else {
  const { main } = await import('./cli/main.js');
  const { version } = createRequire(import.meta.url)('../package.json') as { version: string };
  process.exitCode = await main(process.argv.slice(2), version);
}
