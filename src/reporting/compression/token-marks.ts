import type { ShownChain } from '../../compression/index.js';
import { concat, element, type TrustedMarkup } from '../markup.js';

/** The chain as it stood: dropped tokens struck, importance as a line below. Tokens that look alike are one element. */
export function tokenMarks({ tokens, kept, shades }: Pick<ShownChain, 'tokens' | 'kept' | 'shades'>): TrustedMarkup {
  const runs: { name: 'span' | 'del'; shade: number; text: string }[] = [];
  for (const [index, token] of tokens.entries()) {
    const name = kept[index] ? 'span' : 'del';
    const shade = shades[index] ?? 0;
    const text = name === 'del' ? shownBreaks(token) : token;
    const last = runs.at(-1);
    if (last?.name === name && last.shade === shade) last.text += text;
    else runs.push({ name, shade, text });
  }
  return concat(...runs.map(({ name, shade, text }) => element(name, { class: `tk i${shade}` }, text)));
}

/** A line break that is dropped shows as a sign, and still breaks the line so that the text stays readable. */
function shownBreaks(token: string): string {
  return token.replaceAll('\n', '↵\n');
}
