/**
 * What runs inside the page, as text: the types of the DOM stay out of a program that is a server otherwise. Each is an
 * expression for `page.evaluate` or `page.waitForFunction`.
 */
export const PAGE_WIDTHS = '[document.documentElement.scrollWidth, window.innerWidth]';

export const ATTACKED = "'attacked' in window";

export const BODY_BACKGROUND = 'getComputedStyle(document.body).backgroundColor';

/** A trace is the target of the address, and which one if that is asked. */
export function traceIsShown(hash?: string): string {
  return `document.querySelector('.trace:target') !== null${hash === undefined ? '' : ` && location.hash === ${JSON.stringify(hash)}`}`;
}

export function isCurrentInList(index: number): string {
  return `document.querySelectorAll('#trace-list a')[${index}]?.hasAttribute('aria-current')`;
}

export function countReads(text: string): string {
  return `document.getElementById('trace-count').textContent === ${JSON.stringify(text)}`;
}

/** Pairs of visible texts of the first chart that cover each other. */
export const COVERED_TEXTS = `(() => {
  const texts = [...document.querySelectorAll('.hero figure svg.chart text, #token-skip svg.chart text')]
    .map((element) => ({ text: element.textContent, box: element.getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0);
  const slack = 2;
  const covers = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;
  return texts.flatMap((one, index) =>
    texts.slice(index + 1).filter((other) => covers(one.box, other.box)).map((other) => one.text + ' / ' + other.text));
})()`;

/** Names of arms that are cut and whose whole is not at hand on hover either. */
export const LOST_NAMES = `[...document.querySelectorAll('.arm b, .nm')]
  .filter((element) => element.scrollHeight > element.clientHeight + 2 || element.scrollWidth > element.clientWidth + 1)
  .filter((element) => element.closest('[title]')?.getAttribute('title') !== element.textContent)
  .map((element) => element.textContent)`;

/** Number of marks, of their labels and of the key's entries in the chart that is shown. */
export const CHART_COUNTS = `(() => {
  const shown = [...document.querySelectorAll('.hero svg.chart')].find((chart) => chart.getBoundingClientRect().width > 0);
  const count = (selector) => shown.querySelectorAll(selector).length;
  return { marks: count('.mk'), names: count('.lab'), numbers: count('.num'), key: document.querySelectorAll('.numkey li').length };
})()`;

/** How far the first column of a table is from the table's visible edge when it is scrolled to the right. */
export const STUCK_COLUMN = `(() => {
  const region = document.querySelector('#arms .scroll');
  region.scrollLeft = 200;
  return region.querySelector('tbody th').getBoundingClientRect().left - region.getBoundingClientRect().left;
})()`;

/** Controls, regions and pictures without a name that assistive technology could read. */
export const UNNAMED = `(() => {
  const nameOf = (element) =>
    element.getAttribute('aria-label') ?? element.getAttribute('aria-labelledby') ?? element.closest('label')?.textContent ?? element.textContent;
  const wanted = 'a, button, select, input, summary, [role=img], [role=region], [tabindex="0"], svg:not([aria-hidden])';
  return [...document.querySelectorAll(wanted)]
    .filter((element) => (nameOf(element) ?? '').trim() === '')
    .map((element) => element.outerHTML.slice(0, 80));
})()`;

/** Visible HTML text whose contrast with what lies behind it is below WCAG's 4.5. */
export const FAINT_TEXTS = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = channels(color).slice(0, 3).map((value) => linear(value / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (element === null) return getComputedStyle(document.body).backgroundColor;
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? behind(element.parentElement) : color;
  };
  const faint = new Set();
  for (const element of document.querySelectorAll('main *:not(svg *)')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    if (!own || element.getClientRects().length === 0) continue;
    const [text, ground] = [luminance(getComputedStyle(element).color), luminance(behind(element))];
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05);
    if (contrast < 4.5) faint.add(element.tagName + ' ' + element.className + ' ' + contrast.toFixed(2));
  }
  return [...faint];
})()`;
