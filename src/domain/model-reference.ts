import { z } from 'zod';

const alias = z.string().min(1).max(128).describe('Alias of a registered model.');

const modelPath = z
  .strictObject({ path: z.string().min(1).max(4096).describe('GGUF file, relative to the suite file.') })
  .describe('A model file of your own; in suites run from the command line only.');

const scale = z.number().min(-10).max(10).default(1).describe('What the adapter is multiplied by; 0 = without it.');

const adapterName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);

const adapterReference = z
  .union([
    z.strictObject({ name: adapterName.describe('A registered adapter.'), scale }),
    z.strictObject({
      path: z
        .string()
        .min(1)
        .max(4096)
        .describe('GGUF LoRA file, relative to the suite file; in suites run from the command line only.'),
      scale,
    }),
  ])
  .describe('A LoRA adapter: {name: …} or {path: …}, and its scale.');

/** How a suite names the model of an arm. */
export const modelReferenceSchema = z
  .union([
    alias,
    modelPath,
    z
      .strictObject({
        base: z.union([alias, modelPath]).describe('The model whose weights the adapters change.'),
        adapters: z.array(adapterReference).min(1).max(8).describe('LoRA adapters, added up in this order.'),
      })
      .describe('A model with LoRA adapters.'),
    z
      .strictObject({
        endpoint: z.string().min(1).max(2048).describe('Base URL of an OpenAI-compatible server.'),
        name: z.string().min(1).max(256).describe('Name of the model on that server.'),
      })
      .describe('A remote model; not supported yet.'),
  ])
  .describe('The model: an alias, {path: model.gguf}, or {base: alias, adapters: [{path: adapter.gguf}]}.');

export type ModelReference = z.output<typeof modelReferenceSchema>;
export type AdapterReference = z.output<typeof adapterReference>;

type AdaptedModel = Extract<ModelReference, { readonly base: unknown }>;

/** The model itself, without what is added to it. */
export function baseModelOf(reference: ModelReference): Exclude<ModelReference, AdaptedModel> {
  return typeof reference === 'object' && 'base' in reference ? reference.base : reference;
}

export function adaptersOf(reference: ModelReference): readonly AdapterReference[] {
  return typeof reference === 'object' && 'base' in reference ? reference.adapters : [];
}

/** The reference with every path in it changed; `change` gets a path and where in the reference it stands. */
export function mapModelPaths(
  reference: ModelReference,
  change: (path: string, at: readonly (string | number)[]) => string,
): ModelReference {
  if (typeof reference === 'string' || 'endpoint' in reference) return reference;
  if ('path' in reference) return { path: change(reference.path, ['path']) };
  const { base, adapters } = reference;
  return {
    base: typeof base === 'string' ? base : { path: change(base.path, ['base', 'path']) },
    adapters: adapters.map((adapter, index) =>
      'path' in adapter ? { ...adapter, path: change(adapter.path, ['adapters', index, 'path']) } : adapter,
    ),
  };
}
