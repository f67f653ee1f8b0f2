/** A piece of prompt text; only `special` pieces may turn into control tokens, so a question can never forge one. */
export interface PromptPiece {
  readonly text: string;
  readonly special: boolean;
}

/**
 * How a family of models is spoken to. Chosen by name from a small fixed set; never a template out of a model file.
 * A turn is written as: open + role text + content + close.
 */
export interface ChatFormat {
  readonly name: string;
  readonly systemOpen: readonly PromptPiece[];
  readonly systemClose: readonly PromptPiece[];
  readonly userOpen: readonly PromptPiece[];
  readonly userClose: readonly PromptPiece[];
  /** Everything up to where the model starts to write. */
  readonly assistantOpen: readonly PromptPiece[];
  /** Whether a beginning-of-sequence token comes first (by the tokenizer's own rule). */
  readonly addBos: boolean;
}

export interface ThinkDelimiters {
  readonly open: string;
  readonly close: string;
  /** Text after the closing delimiter that the model was trained to write before the answer. */
  readonly afterClose: string;
  /** True where the prompt format itself opens the thinking (the opening delimiter then counts as prompt). */
  readonly openedByPrompt: boolean;
}

/** Data beside a model file that says how to use it. */
export interface ModelCard {
  readonly alias: string;
  /** File name relative to the card. */
  readonly file: string;
  readonly sha256: string;
  readonly description: string;
  readonly licence: string;
  readonly chatFormat: string;
  readonly think: ThinkDelimiters | null;
  /** Extra strings that end a sample, beside the end-of-generation tokens. */
  readonly stopStrings: readonly string[];
  readonly contextTokens: number;
}

/** What a worker learned by opening the file with its engine. */
export interface ModelCapabilities {
  readonly arch: string;
  readonly parameters: number;
  readonly quantization: string;
  readonly vocabularySize: number;
  readonly contextTokens: number;
  readonly layers: number;
  readonly kvBytesPerToken: number;
  readonly fileBytes: number;
  /** What a sequence's past is kept in; absent in records of older engines, which opened attention models alike. */
  readonly memory?: 'attention' | 'recurrent' | 'hybrid';
  /** Whether ratio controls can be spoken: `<|eot_id|>` is one of its control tokens. Absent in records of older engines. */
  readonly ratioToken?: boolean;
}

/** Samples of a run that were begun again alone: how many gave the same first `tokens` tokens. */
export interface SelfCheck {
  readonly samples: number;
  readonly identical: number;
  readonly tokens: number;
}

/**
 * Why arms cannot share decoding on this model; null where they can. A recurrent state has every token folded into it,
 * so its tail cannot be cut off where arms part.
 */
export function unsharedReason({ memory = 'attention' }: Pick<ModelCapabilities, 'memory'>): string | null {
  if (memory === 'attention') return null;
  return `a ${memory} model keeps its past in a state that cannot be shortened, so every arm is decoded alone`;
}
