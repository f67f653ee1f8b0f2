/** A model's tokens, without decoding any. */
export interface Tokenizer {
  /** Text per token id: control tokens empty, U+FFFD for bytes that are no whole character. */
  readonly vocabulary: readonly string[];
  /** Nothing in the texts becomes a control token. */
  readonly tokenize: (texts: readonly string[]) => Promise<readonly Int32Array[]>;
}
