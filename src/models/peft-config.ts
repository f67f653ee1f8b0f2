import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { LaconicError } from '../domain/index.js';

/** What PEFT's adapter_config.json says that decides the weights. */
export interface PeftConfig {
  /** By which a pair of factors is multiplied: alpha / rank, or alpha / √rank. */
  readonly alpha: number;
  readonly rank: number;
}

const MAX_CONFIG_BYTES = 2 ** 20;

const off = z.union([z.literal(false), z.array(z.unknown()).length(0), z.strictObject({})]).nullish();

/** Keys that change nothing about how the factors are applied are passed over. */
const configSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(4096),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
});

/** What would make the weights others than W + (alpha / r) · B · A, and why it is refused. */
const REFUSED: readonly { readonly key: string; readonly fine: z.ZodType; readonly why: string }[] = [
  { key: 'use_dora', fine: off, why: 'DoRA also rescales the columns of a weight' },
  { key: 'bias', fine: z.literal('none').nullish(), why: 'it trained biases' },
  { key: 'lora_bias', fine: off, why: 'its factors have biases' },
  { key: 'modules_to_save', fine: off, why: 'it replaces whole modules' },
  { key: 'trainable_token_indices', fine: off, why: 'it trained embeddings' },
  { key: 'alpha_pattern', fine: off, why: 'alpha differs between its weights' },
  { key: 'rank_pattern', fine: off, why: 'the rank differs between its weights' },
  { key: 'layer_replication', fine: off, why: 'it repeats layers' },
  { key: 'fan_in_fan_out', fine: off, why: 'its weights are stored transposed' },
  { key: 'megatron_config', fine: off, why: 'it is split over devices' },
  { key: 'target_parameters', fine: off, why: 'it adapts what is no linear projection' },
  { key: 'alora_invocation_tokens', fine: off, why: 'it acts behind certain tokens only' },
  { key: 'arrow_config', fine: off, why: 'it chooses among adapters while it runs' },
  { key: 'use_qalora', fine: off, why: 'its factors work on pooled inputs' },
  { key: 'use_bdlora', fine: off, why: 'its factors are cut into blocks' },
  { key: 'kasa_config', fine: off, why: 'it also scales singular values' },
  {
    key: 'init_lora_weights',
    fine: z.union([z.boolean(), z.enum(['gaussian', 'eva', 'orthogonal'])]).nullish(),
    why: 'this way of beginning also changes the weights of the base',
  },
];

/** Throws `model-missing`, or `model-invalid` for what cannot be a LoRA adapter of plain weights. */
export function readPeftConfig(file: string): PeftConfig {
  const value = readSmallJson(file);
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.map(String).join('.') || 'file'}: ${issue.message}`,
    );
    throw invalid(file, problems.join('; '));
  }
  for (const { key, fine, why } of REFUSED) {
    const found = parsed.data[key];
    if (!fine.safeParse(found).success) throw invalid(file, `${key} is ${JSON.stringify(found).slice(0, 80)}: ${why}`);
  }
  const { r: rank, lora_alpha: alpha, use_rslora: rankStabilised } = parsed.data;
  return { rank, alpha: rankStabilised === true ? alpha * Math.sqrt(rank) : alpha };
}

function readSmallJson(file: string): unknown {
  try {
    const status = statSync(file);
    if (!status.isFile() || status.size > MAX_CONFIG_BYTES) throw invalid(file, 'it is no small JSON file');
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof LaconicError) throw error;
    if (error instanceof SyntaxError) throw invalid(file, 'it is no JSON');
    throw new LaconicError('model-missing', `There is no readable file ${file}.`, {
      hint: 'Name the folder that PEFT wrote: adapter_config.json and adapter_model.safetensors lie in it.',
      where: file,
      cause: error,
    });
  }
}

function invalid(file: string, why: string): LaconicError {
  return new LaconicError('model-invalid', `${file} describes no adapter that can be used: ${why}.`, {
    hint: 'Train a plain LoRA adapter, or merge this one into its model and register that.',
    where: file,
  });
}
