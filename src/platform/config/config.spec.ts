import { availableParallelism, totalmem } from 'node:os';
import { LaconicError } from '../../domain/index.js';
import { loadConfig } from './config.js';

function refusal(environment: NodeJS.ProcessEnv): LaconicError {
  try {
    loadConfig({}, environment);
  } catch (error) {
    if (error instanceof LaconicError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('loadConfig', () => {
  it('has a default for everything', () => {
    expect(loadConfig({}, {})).toMatchObject({
      databaseUrl: null,
      redisUrl: null,
      host: '127.0.0.1',
      port: 3000,
      allowedHosts: [],
      logLevel: 'info',
    });
  });

  it.each([
    ['LACONIC_PORT', 'eighty', 'a whole number from 0 to 65535'],
    ['LACONIC_PORT', '65536', 'a whole number from 0 to 65535'],
    ['LACONIC_PORT', '-1', 'a whole number from 0 to 65535'],
    ['LACONIC_PORT', '80.5', 'a whole number from 0 to 65535'],
    ['LACONIC_ENGINE_PROCESSES', '0', 'a whole number from 1 to 256'],
    ['LACONIC_ENGINE_STREAMS', '1e2', 'a whole number from 1 to 256'],
    ['LACONIC_ENGINE_MEMORY', '4', 'a number of mebibytes, gibibytes or tebibytes like 512M, 4G or 1T'],
    ['LACONIC_ENGINE_MEMORY', '0G', 'a number of mebibytes, gibibytes or tebibytes like 512M, 4G or 1T'],
    ['LACONIC_LEASE_SECONDS', '1', 'a whole number from 2 to 3600'],
    ['LACONIC_LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug'],
    ['LACONIC_HOST', 'my host', 'a host name or address to listen on'],
    ['LACONIC_ALLOWED_HOSTS', 'a/b', 'host names separated by commas'],
  ])('names variable, value and what is allowed when %s is %s', (variable, value, allowed) => {
    const error = refusal({ [variable]: value });
    expect(error).toMatchObject({ code: 'usage', where: variable, hint: expect.stringContaining(variable) });
    expect(error.message).toBe(`The environment variable ${variable} is “${value}”. Allowed is ${allowed}.`);
  });

  it.each([
    ['DATABASE_URL', 'mysql://user:sesame@host/db', 'a URL like postgres://user:password@host:5432/database'],
    ['REDIS_URL', 'http://:sesame@host', 'a URL like redis://host:6379'],
  ])('does not repeat a bad %s, which may hold a password', (variable, value, allowed) => {
    const error = refusal({ [variable]: value });
    expect(error.message).toContain(variable);
    expect(error.message).toContain(allowed);
    expect(`${error.message} ${error.hint}`).not.toContain('sesame');
  });

  it('takes an empty variable as one that is not set, and an override before a variable', () => {
    expect(loadConfig({}, { LACONIC_PORT: '', DATABASE_URL: '' })).toMatchObject({ port: 3000, databaseUrl: null });
    expect(loadConfig({ port: 4000 }, { LACONIC_PORT: '5000' }).port).toBe(4000);
  });

  it('shapes engines by the machine, and by what is set', () => {
    const { engineProcesses, engineThreads, engineMemoryBytes } = loadConfig({}, {});
    expect(engineProcesses * engineThreads).toBeLessThanOrEqual(availableParallelism());
    expect(engineMemoryBytes).toBeGreaterThan(0);
    expect(engineMemoryBytes).toBeLessThan(totalmem());
    const set = { LACONIC_ENGINE_MEMORY: '3G', LACONIC_ENGINE_PROCESSES: '5', LACONIC_ENGINE_STREAMS: '2' };
    expect(loadConfig({}, set)).toMatchObject({ engineMemoryBytes: 3 * 2 ** 30, engineProcesses: 5, engineStreams: 2 });
  });

  it('reads a list of hosts whatever their case and spacing', () => {
    const { allowedHosts } = loadConfig({}, { LACONIC_ALLOWED_HOSTS: ' Laconic.example, , b.example:8080' });
    expect(allowedHosts).toEqual(['laconic.example', 'b.example:8080']);
  });
});
