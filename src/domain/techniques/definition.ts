import type { z } from 'zod';
import type { PromptPiece } from '../model.js';
import type { LongerWay } from '../route.js';
import type { SteeringRequest } from '../steering.js';
import type { TechniqueEntry } from '../technique.js';
import { parameterTable } from './parameters.js';

/** Unknown parameters are errors, so only strict objects fit. */
export type ParamsSchema = z.ZodObject<z.core.$ZodLooseShape, z.core.$strict>;

/** Frozen parameters of an arm: validated, defaults filled in. */
export type ParamValues = Readonly<Record<string, unknown>>;

/** Text that a technique adds to the prompt. */
export interface Instruction {
  /** A line after or before the question, or the system turn. */
  readonly place: 'suffix' | 'prefix' | 'system';
  readonly text: string;
}

/** The arm from whose stored samples an arm's own are made, one from one. */
export interface ArmDependency {
  readonly arm: string;
  /** The parameter that names it. */
  readonly parameter: string;
  /** trace: its thinking is gone through again; answer: what it answered is taken over, or done better. */
  readonly uses: 'trace' | 'answer';
}

/** What planning, prompts and reports need to know about a technique, asked with an arm's parameters. */
export interface TechniqueTraits {
  /** Whether the model must mark its thinking. */
  readonly needsDelimiters: (params: ParamValues) => boolean;
  /** Thinking tokens to expect where a baseline sample has `baseline` of them. */
  readonly expectedThinking: (params: ParamValues, baseline: number) => number;
  /** A few words under the arm's name. */
  readonly caption: (params: ParamValues) => string;
  readonly instruction: (params: ParamValues) => Instruction | null;
  /** What ends the user turn, e.g. TokenSkip's ratio; empty for most. */
  readonly control: (params: ParamValues) => readonly PromptPiece[];
  /** The control token without which a model cannot be told by it; null where none is needed. */
  readonly controlToken: (params: ParamValues) => string | null;
  /** The cap on delivered tokens where the sampling asks for `cap`. */
  readonly maxTokens: (params: ParamValues, cap: number) => number;
  /** Solved examples put before the question. */
  readonly shots: (params: ParamValues) => number;
  /** Questions asked in one call. */
  readonly batchSize: (params: ParamValues) => number;
  /** Paths decoded for one sample. */
  readonly paths: (params: ParamValues) => PathCount;
  /** Whether its samples have to say how certain the model was. */
  readonly certainty: (params: ParamValues) => boolean;
  /** Null where samples are made from the prompt alone. */
  readonly dependsOn: (params: ParamValues) => ArmDependency | null;
  /** What its tokens' states are moved by; null where they are left as they are. */
  readonly steering: (params: ParamValues) => SteeringRequest | null;
}

export interface PathCount {
  readonly least: number;
  readonly most: number;
}

/** All that this side of the engine knows about a technique. Everything else reads it from here. */
export interface TechniqueDefinition<Name extends string = string, Params extends ParamsSchema = ParamsSchema> {
  readonly entry: TechniqueEntry<Name>;
  readonly params: Params;
  readonly traits: TechniqueTraits;
  /** A policy in the engine's token loop, or a change of the prompt alone. */
  readonly acts: 'in-decoding' | 'in-prompt';
  /** Why it cannot be replayed on a stored thinking, where somebody might expect it. */
  readonly onlineOnly: string | null;
  /** The longer way of a technique that decides per item between two and says so in `route` events; null for others. */
  readonly longerWay: LongerWay | null;
}

type Trait<Params extends ParamsSchema, Value, Rest extends readonly unknown[] = []> = (
  params: z.output<Params>,
  ...rest: Rest
) => Value;

export interface TechniqueSpec<Name extends string, Params extends ParamsSchema> extends Omit<
  TechniqueEntry<Name>,
  'parameters' | 'prompt' | 'mode' | 'replayable'
> {
  readonly params: Params;
  readonly acts?: TechniqueDefinition['acts'];
  readonly longerWay?: LongerWay;
  readonly mode?: TechniqueEntry['mode'];
  readonly onlineOnly?: string;
  readonly prompt?: string;
  readonly caption: Trait<Params, string>;
  readonly needsDelimiters?: Trait<Params, boolean>;
  readonly expectedThinking?: Trait<Params, number, [baseline: number]>;
  readonly instruction?: Trait<Params, Instruction>;
  readonly control?: Trait<Params, readonly PromptPiece[]>;
  readonly controlToken?: Trait<Params, string | null>;
  readonly maxTokens?: Trait<Params, number, [cap: number]>;
  readonly shots?: Trait<Params, number>;
  readonly batchSize?: Trait<Params, number>;
  readonly paths?: Trait<Params, PathCount>;
  readonly certainty?: Trait<Params, boolean>;
  readonly dependsOn?: Trait<Params, ArmDependency | null>;
  readonly steering?: Trait<Params, SteeringRequest | null>;
}

const ONE_PATH: PathCount = { least: 1, most: 1 };

export function defineTechnique<Name extends string, Params extends ParamsSchema>(
  spec: TechniqueSpec<Name, Params>,
): TechniqueDefinition<Name, Params> {
  const read = (values: ParamValues): z.output<Params> => spec.params.parse(values);
  const { name, kind, summary, source, faithfulTo, differences, ledgerColumns, events, publishedFigures } = spec;
  return {
    params: spec.params,
    acts: spec.acts ?? 'in-decoding',
    onlineOnly: spec.onlineOnly ?? null,
    longerWay: spec.longerWay ?? null,
    entry: {
      name,
      kind,
      summary,
      parameters: parameterTable(spec.params),
      prompt: spec.prompt ?? null,
      source,
      faithfulTo,
      differences,
      ledgerColumns,
      events,
      mode: spec.mode ?? 'online',
      replayable: 'replay' in spec.params.shape,
      publishedFigures,
    },
    traits: {
      needsDelimiters: (values) => spec.needsDelimiters?.(read(values)) ?? false,
      expectedThinking: (values, baseline) => spec.expectedThinking?.(read(values), baseline) ?? baseline,
      caption: (values) => spec.caption(read(values)),
      instruction: (values) => spec.instruction?.(read(values)) ?? null,
      control: (values) => spec.control?.(read(values)) ?? [],
      controlToken: (values) => spec.controlToken?.(read(values)) ?? null,
      maxTokens: (values, cap) => spec.maxTokens?.(read(values), cap) ?? cap,
      shots: (values) => spec.shots?.(read(values)) ?? 0,
      batchSize: (values) => spec.batchSize?.(read(values)) ?? 1,
      paths: (values) => spec.paths?.(read(values)) ?? ONE_PATH,
      certainty: (values) => spec.certainty?.(read(values)) ?? false,
      dependsOn: (values) => spec.dependsOn?.(read(values)) ?? null,
      steering: (values) => spec.steering?.(read(values)) ?? null,
    },
  };
}
