import { concat, element, NOTHING, type Child, type TrustedMarkup } from '../markup.js';

export interface FigureFrame {
  /** Prefix of the ids of title and description; unique on the page. */
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** The values, for those who cannot see the drawing. */
  readonly description: string;
  readonly className?: string;
}

/** An SVG in real pixels: the view box is the drawn size, so text keeps its size. */
export function figure(frame: FigureFrame, ...children: readonly Child[]): TrustedMarkup {
  const { id, width, height } = frame;
  return element(
    'svg',
    {
      class: `chart ${frame.className ?? ''}`.trim(),
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-t ${id}-d`,
    },
    element('title', { id: `${id}-t` }, frame.title),
    element('desc', { id: `${id}-d` }, frame.description),
    ...children,
  );
}

/** Drawing inside a table cell; the cell's text carries the value. */
export function decoration(size: readonly [number, number], className: string, ...children: readonly Child[]) {
  const [width, height] = size;
  return element(
    'svg',
    { class: className, width, height, viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', focusable: 'false' },
    ...children,
  );
}

export type TextAnchor = 'start' | 'middle' | 'end';

export function label(className: string, at: readonly [number, number], text: Child, anchor: TextAnchor = 'start') {
  return element('text', { class: className, x: at[0], y: at[1], 'text-anchor': anchor }, text);
}

export function line(className: string, from: readonly [number, number], to: readonly [number, number]) {
  return element('line', { class: className, x1: from[0], y1: from[1], x2: to[0], y2: to[1] });
}

export function path(className: string, d: string): TrustedMarkup {
  return d === '' ? NOTHING : element('path', { class: className, d });
}

export function group(className: string, ...children: readonly Child[]): TrustedMarkup {
  return element('g', { class: className }, ...children);
}

export { concat };

/** Width of text in the system's sans serif; a wide face is assumed so that labels fit in any. */
export function textWidth(text: string, fontSize: number): number {
  let units = 0;
  for (const character of text) {
    if (/[il.,:;'|!\s]/.test(character)) units += 0.36;
    else if (/[mwMW@%]/.test(character)) units += 0.98;
    else if (/[A-Z]/.test(character)) units += 0.74;
    else if (/[\u2e80-\uffff]/.test(character)) units += 1.05;
    else units += 0.65;
  }
  return units * fontSize;
}

export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
