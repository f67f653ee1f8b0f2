import { existsSync, statSync } from 'node:fs';
import { availableParallelism, homedir, platform } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { LaconicError } from '../../domain/index.js';
import { packagePath } from './package-info.js';

/** Settings of a process; everything has a default that works on one machine. */
export class LaconicConfig {
  /** Per-user data: embedded database, registered models, downloaded data sets, built engine. */
  readonly home: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug';
  readonly engineProcesses: number;
  readonly engineStreams: number;
  readonly engineThreads: number;
  readonly engineChildModule: string;
  readonly leaseSeconds: number;
  readonly bodyLimitBytes: number;
  readonly rateLimitPerMinute: number;

  constructor(values: LaconicConfig) {
    Object.assign(this, values);
  }
}

const integer = (min: number, max: number, fallback: number): z.ZodDefault<z.ZodCoercedNumber<string>> =>
  (z.coerce.number<string>().int().min(min).max(max) as z.ZodCoercedNumber<string>).default(fallback);

const environmentSchema = z.object({
  LACONIC_HOME: z.string().min(1).optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
    .optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'must start with redis://')
    .optional(),
  LACONIC_HOST: z.string().min(1).default('127.0.0.1'),
  LACONIC_PORT: integer(0, 65_535, 3000),
  LACONIC_ALLOWED_HOSTS: z.string().default(''),
  LACONIC_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info'),
  LACONIC_ENGINE_PROCESSES: integer(1, 256, availableParallelism()),
  LACONIC_ENGINE_STREAMS: integer(1, 256, 16),
  LACONIC_ENGINE_THREADS: integer(1, 256, 1),
  LACONIC_LEASE_SECONDS: integer(2, 3600, 30),
  LACONIC_BODY_LIMIT_BYTES: integer(1024, 100_000_000, 1_000_000),
  LACONIC_RATE_LIMIT_PER_MINUTE: integer(1, 1_000_000, 600),
});

export type ConfigOverrides = Partial<Omit<LaconicConfig, 'engineChildModule'>>;

/** Reads the environment once. Throws `usage` naming the variable and what is allowed. */
export function loadConfig(overrides: ConfigOverrides = {}, environment: NodeJS.ProcessEnv = process.env): LaconicConfig {
  const known = Object.fromEntries(Object.keys(environmentSchema.shape).map((key) => [key, environment[key] || undefined]));
  const parsed = environmentSchema.safeParse(known);
  if (!parsed.success) throw badVariable(parsed.error.issues, environment);
  const env = parsed.data;
  return Object.freeze(
    new LaconicConfig({
      home: env.LACONIC_HOME ?? defaultHome(environment),
      databaseUrl: env.DATABASE_URL ?? null,
      redisUrl: env.REDIS_URL ?? null,
      host: env.LACONIC_HOST,
      port: env.LACONIC_PORT,
      allowedHosts: env.LACONIC_ALLOWED_HOSTS.split(',').map((host) => host.trim()).filter((host) => host !== ''),
      logLevel: env.LACONIC_LOG_LEVEL,
      engineProcesses: env.LACONIC_ENGINE_PROCESSES,
      engineStreams: env.LACONIC_ENGINE_STREAMS,
      engineThreads: env.LACONIC_ENGINE_THREADS,
      engineChildModule: packagePath('dist', 'inference', 'engine-child.js'),
      leaseSeconds: env.LACONIC_LEASE_SECONDS,
      bodyLimitBytes: env.LACONIC_BODY_LIMIT_BYTES,
      rateLimitPerMinute: env.LACONIC_RATE_LIMIT_PER_MINUTE,
      ...overrides,
    }),
  );
}

/**
 * Per user, never a temporary folder. Root's home is closed to the unprivileged user that PostgreSQL must run as, so
 * root's data lies in /var/lib.
 */
function defaultHome(environment: NodeJS.ProcessEnv): string {
  const user = homedir();
  if (platform() === 'darwin') return join(user, 'Library', 'Application Support', 'laconic');
  const closedToOthers = process.getuid?.() === 0 && existsSync(user) && (statSync(user).mode & 0o001) === 0;
  if (closedToOthers) return '/var/lib/laconic';
  return join(environment['XDG_DATA_HOME'] || join(user, '.local', 'share'), 'laconic');
}

function badVariable(issues: readonly z.core.$ZodIssue[], environment: NodeJS.ProcessEnv): LaconicError {
  const issue = issues[0];
  const variable = String(issue?.path[0]);
  const shown = /URL/.test(variable) ? '(value not shown)' : JSON.stringify(environment[variable]);
  return new LaconicError('usage', `The environment variable ${variable} is ${shown}: ${issue?.message ?? 'not valid'}.`, {
    hint: `Correct or unset ${variable}.`,
    where: variable,
  });
}
