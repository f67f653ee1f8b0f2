/** A sentence with emphasis, kept as pieces so that templates escape every one of them. */
export interface TextPiece {
  readonly text: string;
  readonly strong: boolean;
}

export type RichText = readonly TextPiece[];

export function plain(text: string): TextPiece {
  return { text, strong: false };
}

export function textOf(pieces: RichText): string {
  return pieces.map((piece) => piece.text).join('');
}
