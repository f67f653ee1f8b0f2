import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureEngine } from '../../engine/build.mjs';
import { nanoOptions, nanoRequests } from './requests.js';

const ROOT = join(__dirname, '../..');

/** Runs a module in a process of its own, as a script that users or the worker might be. */
function runModule(
  source: string,
  env: NodeJS.ProcessEnv = process.env,
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['--input-type=module', '--eval', source], { cwd: ROOT, env, encoding: 'utf8' });
}

async function openingScript(rest: string): Promise<string> {
  const built = await ensureEngine();
  return `
    const module = { exports: {} };
    process.dlopen(module, ${JSON.stringify(built.addonPath)});
    const addon = module.exports;
    addon.initialize(${JSON.stringify(built.libraryDirectory)});
    const options = ${JSON.stringify(nanoOptions({ streams: 2 }))};
    const requests = ${JSON.stringify(nanoRequests(40))};
    ${rest}`;
}

describe('a process that ends', () => {
  it('exits cleanly when the engine was left open', async () => {
    const { status, stdout } = runModule(await openingScript(`await addon.openEngine(options); console.log('open');`));
    expect([status, stdout]).toEqual([0, 'open\n']);
  });

  it('exits cleanly when it ends in the middle of a job', async () => {
    const { status, stdout } = runModule(
      await openingScript(`
        const engine = await addon.openEngine(options);
        engine.submit(1, requests, () => { console.log('sample'); process.exit(3); }).catch(() => {});`),
    );
    expect([status, stdout]).toEqual([3, 'sample\n']);
  });

  it('waits for a job that nobody awaits', async () => {
    const { status, stdout } = runModule(
      await openingScript(`
        const engine = await addon.openEngine(options);
        engine.submit(1, requests.slice(0, 3), () => {}).then(() => engine.close()).then(() => console.log('closed'));`),
    );
    expect([status, stdout]).toEqual([0, 'closed\n']);
  });
});

describe('building', () => {
  it('refuses an engine whose backends were never loaded', async () => {
    const script = await openingScript(`await addon.openEngine(options).catch((error) => console.log(error.code));`);
    const { stdout } = runModule(script.replace(/addon\.initialize\(.*\);/, ''));
    expect(stdout).toBe('engine-unavailable\n');
  });

  it('names the tool to install when cmake is missing', () => {
    const { stdout } = runModule(
      `import { checkTools } from './engine/toolchain.mjs';
       try { checkTools(); } catch (error) { console.log(error.code + ': ' + error.message + ' ' + error.hint); }`,
      { PATH: '/nowhere' },
    );
    expect(stdout).toMatch(/^engine-build-failed: .*CMake 3\.21.*none was found\. Install it: .*cmake/);
  });

  it('names the tool to install when there is no compiler', () => {
    const { stdout } = runModule(
      `import { checkTools } from './engine/toolchain.mjs';
       try { checkTools(); } catch (error) { console.log(error.code + ': ' + error.message); }`,
      { ...process.env, CXX: 'no-such-compiler' },
    );
    expect(stdout).toMatch(/^engine-build-failed: .*C\+\+20 compiler.*no-such-compiler/);
  });

  it('says which platforms there are when this is none of them', () => {
    const { stdout } = runModule(
      `import { findDependencies } from './engine/toolchain.mjs';
       Object.defineProperty(process, 'platform', { value: 'sunos' });
       try { findDependencies(process.cwd()); } catch (error) { console.log(error.code + ': ' + error.message + ' ' + error.hint); }`,
    );
    expect(stdout).toMatch(/^engine-unavailable: .*sunos-.*linux-x64/);
  });

  it('is silent and fast when all is up to date', async () => {
    await ensureEngine();
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, ['engine/build.mjs'], { cwd: ROOT, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(performance.now() - start).toBeLessThan(5000);
  });
});
