/*
 * Answers come wrapped in LaTeX and Markdown. What is removed here never changes a value; everything else stays, so that the
 * parsers refuse what they do not know. Every pattern is linear in the length of the text.
 */

/** Longest answer that is parsed; anything longer is no answer to a checked question. */
export const LONGEST_ANSWER = 2000;

const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|displaystyle|,|;|!|:| )/g, ''],
  [/\\(?:times|cdot)(?![A-Za-z])/g, '*'],
  [/\\div(?![A-Za-z])/g, '/'],
  [/[×·∙⋅]/g, '*'],
  [/[÷∕⁄]/g, '/'],
  [/[−–‒﹣－]/g, '-'],
  [/\{,\}/g, ','],
  [/[\u00a0\u2009\u202f]/g, ' '],
  [/\\[()[\]]|\$\$/g, ''],
  [/\*\*/g, ''],
];

/** Mathematical answers in plain characters: `\left(3\times4\right)` → `(3*4)`, `**5**` → `5`. */
export function plainMath(text: string): string {
  let plain = text;
  for (const [pattern, replacement] of REPLACEMENTS) plain = plain.replace(pattern, replacement);
  return unwrapFractions(plain).trim();
}

/** `\text{…}`, `\mathrm{…}` and the like lose their wrapping, at most two deep. */
export function unwrapText(text: string): string {
  const wrapper = /\\(?:text|textbf|mathrm|mathbf|operatorname)\{([^{}]*)\}/g;
  return text.replace(wrapper, '$1').replace(wrapper, '$1');
}

/** `\frac{a}{b}` → `((a)/(b))`; a nested fraction stays and is refused later. */
function unwrapFractions(text: string): string {
  return text
    .replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, '(($1)/($2))')
    .replace(/\\[dt]?frac(\d)(\d)/g, '(($1)/($2))');
}
