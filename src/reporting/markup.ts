import { LaconicError } from '../domain/index.js';

/**
 * Text that is markup already. Only this module makes it, by escaping: element names and attribute names come from our
 * code, every attribute value and every string child is escaped. Templates accept nothing else unescaped.
 */
export interface TrustedMarkup {
  readonly trusted: typeof brand;
}

const brand = Symbol('trusted markup');

class Markup implements TrustedMarkup {
  readonly trusted: typeof brand = brand;

  constructor(readonly text: string) {}
}

export type Attributes = Readonly<Record<string, string | number | boolean | null>>;
export type Child = TrustedMarkup | string | number | null;

export const NOTHING: TrustedMarkup = new Markup('');

/** `<name …>children</name>`. Coordinates are written with at most two decimals. */
export function element(name: string, attributes: Attributes, ...children: readonly Child[]): TrustedMarkup {
  assertName(name);
  const opening = `<${name}${Object.entries(attributes).map(attribute).join('')}`;
  const content = children.map(childText).join('');
  return new Markup(content === '' && isSelfClosing(name) ? `${opening}/>` : `${opening}>${content}</${name}>`);
}

export function concat(...children: readonly Child[]): TrustedMarkup {
  return new Markup(children.map(childText).join(''));
}

/** For our own style sheet and script: must not be able to end its element early. */
export function trustedAsset(text: string, endTag: 'style' | 'script'): TrustedMarkup {
  if (new RegExp(`</${endTag}`, 'i').test(text)) {
    throw new LaconicError('internal', `The ${endTag} of the report contains its own end tag.`, {
      hint: 'Remove it from the asset file.',
    });
  }
  return new Markup(text);
}

/** JSON for a data block: no `<`, so it can neither end the element nor open a comment in it. */
export function jsonData(value: unknown): TrustedMarkup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028'));
}

/** The text of trusted markup; throws on anything that this module has not made. */
export function markupText(value: unknown): string {
  if (value instanceof Markup) return value.text;
  throw new LaconicError('internal', 'A report template was given text where it takes only trusted markup.', {
    hint: 'This is a defect of the report; please report it with the run’s result.json.',
  });
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

function childText(child: Child): string {
  if (child === null) return '';
  if (typeof child === 'number') return coordinate(child);
  return typeof child === 'string' ? escapeHtml(child) : markupText(child);
}

function attribute([name, value]: readonly [string, string | number | boolean | null]): string {
  assertName(name);
  if (value === null || value === false) return '';
  if (value === true) return ` ${name}=""`;
  return ` ${name}="${typeof value === 'number' ? coordinate(value) : escapeHtml(value)}"`;
}

function coordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return String(Object.is(rounded, -0) ? 0 : rounded);
}

/** `style` and event handlers would break the page's content security policy. */
function assertName(name: string): void {
  if (!/^[a-zA-Z][\w-]*$/.test(name) || name === 'style' || /^on/i.test(name)) {
    throw new LaconicError('internal', `“${name}” may not be written into a report.`, {
      hint: 'Use a class of report.css or an SVG attribute.',
    });
  }
}

function isSelfClosing(name: string): boolean {
  return ['circle', 'line', 'path', 'rect'].includes(name);
}
