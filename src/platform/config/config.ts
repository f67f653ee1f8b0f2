import { homedir, platform } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { engineShape, LaconicError } from '../../domain/index.js';
import { closedFolder } from '../files/index.js';
import { machineRoom } from './machine-room.js';
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
  /** Bytes for the KV caches of all engines. */
  readonly engineMemoryBytes: number;
  readonly engineChildModule: string;
  /** For tests only: makes engine processes die on purpose; off unless LACONIC_TEST_ENGINE_FAULT is set. */
  readonly engineFault: string | null;
  readonly leaseSeconds: number;
  readonly bodyLimitBytes: number;
  readonly rateLimitPerMinute: number;

  constructor(values: LaconicConfig) {
    Object.assign(this, values);
  }
}

/** A whole number as text; zod's own messages would speak of numbers that nobody wrote. */
function integer(min: number, max: number, fallback: number) {
  return wholeNumber(min, max).default(fallback).describe(`a whole number from ${min} to ${max}`);
}

/** Absent: chosen by the machine. */
function optionalInteger(min: number, max: number) {
  return wholeNumber(min, max).optional().describe(`a whole number from ${min} to ${max}`);
}

function wholeNumber(min: number, max: number) {
  return z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .refine((value) => value >= min && value <= max);
}

const UNITS = { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

function bytesOf(text: string): number {
  return Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS];
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug'] as const;

/** Each description completes the sentence “Allowed is …”. */
const environmentSchema = z.object({
  LACONIC_HOME: z.string().optional(),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./)
    .optional()
    .describe('a URL like postgres://user:password@host:5432/database'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\/./)
    .optional()
    .describe('a URL like redis://host:6379'),
  LACONIC_HOST: z
    .string()
    .regex(/^[\w.:-]+$/)
    .default('127.0.0.1')
    .describe('a host name or address to listen on'),
  LACONIC_PORT: integer(0, 65_535, 3000),
  LACONIC_ALLOWED_HOSTS: z
    .string()
    .regex(/^[\w.:[\]\s,-]*$/)
    .default('')
    .describe('host names separated by commas'),
  LACONIC_LOG_LEVEL: z
    .enum(LOG_LEVELS)
    .default('info')
    .describe(`one of ${LOG_LEVELS.join(', ')}`),
  LACONIC_ENGINE_PROCESSES: optionalInteger(1, 256),
  LACONIC_ENGINE_STREAMS: optionalInteger(1, 256),
  LACONIC_ENGINE_THREADS: optionalInteger(1, 256),
  LACONIC_ENGINE_MEMORY: z
    .string()
    .regex(/^[1-9]\d{0,5}[MGT]$/)
    .transform(bytesOf)
    .optional()
    .describe('a number of mebibytes, gibibytes or tebibytes like 512M, 4G or 1T'),
  LACONIC_TEST_ENGINE_FAULT: z
    .string()
    .regex(/^(item|once):./)
    .optional()
    .describe('item:<text of a prompt> or once:<file>, in tests; unset otherwise'),
  LACONIC_LEASE_SECONDS: integer(2, 3600, 30),
  LACONIC_BODY_LIMIT_BYTES: integer(1024, 100_000_000, 1_000_000),
  LACONIC_RATE_LIMIT_PER_MINUTE: integer(1, 1_000_000, 600),
});

export type ConfigOverrides = Partial<Omit<LaconicConfig, 'engineChildModule'>>;

/** Reads the environment once. Throws `usage` naming the variable and what is allowed. */
export function loadConfig(
  overrides: ConfigOverrides = {},
  environment: NodeJS.ProcessEnv = process.env,
): LaconicConfig {
  const known = Object.fromEntries(
    Object.keys(environmentSchema.shape).map((key) => [key, environment[key] || undefined]),
  );
  const parsed = environmentSchema.safeParse(known);
  if (!parsed.success) throw badVariable(String(parsed.error.issues[0]?.path[0]), environment);
  const env = parsed.data;
  const shape = engineShape(machineRoom(), {
    processes: overrides.engineProcesses ?? env.LACONIC_ENGINE_PROCESSES ?? null,
    threads: env.LACONIC_ENGINE_THREADS ?? null,
    streams: env.LACONIC_ENGINE_STREAMS ?? null,
    memoryBytes: env.LACONIC_ENGINE_MEMORY ?? null,
  });
  return Object.freeze(
    new LaconicConfig({
      home: resolve(env.LACONIC_HOME ?? defaultHome(environment)),
      databaseUrl: env.DATABASE_URL ?? null,
      redisUrl: env.REDIS_URL ?? null,
      host: env.LACONIC_HOST,
      port: env.LACONIC_PORT,
      allowedHosts: Object.freeze(listOf(env.LACONIC_ALLOWED_HOSTS)),
      logLevel: env.LACONIC_LOG_LEVEL,
      engineProcesses: shape.processes,
      engineStreams: shape.streams,
      engineThreads: shape.threads,
      engineMemoryBytes: shape.memoryBytes,
      engineChildModule: packagePath('dist', 'inference', 'engine-child.js'),
      engineFault: env.LACONIC_TEST_ENGINE_FAULT ?? null,
      leaseSeconds: env.LACONIC_LEASE_SECONDS,
      bodyLimitBytes: env.LACONIC_BODY_LIMIT_BYTES,
      rateLimitPerMinute: env.LACONIC_RATE_LIMIT_PER_MINUTE,
      ...overrides,
    }),
  );
}

/** Where the machine keeps programs, in the order of the PATH. */
export function executableFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  return (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
}

/**
 * Per user, never a temporary folder. PostgreSQL refuses to run as root, and the unprivileged user that it then runs as
 * cannot pass root's home, which is usually closed: root's data lies in /var/lib.
 */
function defaultHome(environment: NodeJS.ProcessEnv): string {
  const user = homedir();
  const home =
    platform() === 'darwin'
      ? join(user, 'Library', 'Application Support', 'laconic')
      : join(environment['XDG_DATA_HOME'] || join(user, '.local', 'share'), 'laconic');
  return process.getuid?.() === 0 && closedFolder(home) !== null ? '/var/lib/laconic' : home;
}

function listOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

function badVariable(variable: string, environment: NodeJS.ProcessEnv): LaconicError {
  // A URL may hold a password.
  const shown = variable.endsWith('_URL')
    ? 'something else (not shown: it may hold a password)'
    : `“${environment[variable]}”`;
  const allowed = environmentSchema.shape[variable as keyof typeof environmentSchema.shape].description;
  return new LaconicError('usage', `The environment variable ${variable} is ${shown}. Allowed is ${allowed}.`, {
    hint: `Correct or unset ${variable}.`,
    where: variable,
  });
}
