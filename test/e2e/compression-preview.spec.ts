import type { Browser } from 'playwright-core';
import type { CompressionPreview, ShownChain } from '../../src/compression/index.js';
import { renderCompressionPreview } from '../../src/reporting/index.js';
import { ATTACK_STRINGS } from '../../src/reporting/testing/attack-strings.js';
import { describeWithBrowser, launchBrowser, watchedPage } from './browser.js';
import { ATTACKED, FAINT_TEXTS, PAGE_WIDTHS, UNNAMED } from './page-checks.js';
import { LOOKS, QUIET, writtenPages, type WrittenPages } from './written-pages.js';

/** Every text of the page is one that a model or a data set might attack with. */
const HOSTILE: CompressionPreview = {
  title: ATTACK_STRINGS[0] ?? '',
  facts: ATTACK_STRINGS.map((attack) => [attack, attack]),
  unit: 'token',
  shownUnit: 'token',
  ratios: [0.5, 1].map((asked) => ({
    asked,
    chains: 20,
    tokens: 4000,
    kept: 4000 * asked,
    mean: asked,
    least: 0.4,
    most: 1,
  })),
  differences: [-12, -1, 0, 3, 40].map((points) => ({ points, chains: 50 - Math.abs(points) })),
  leftOut: { wrong: 3, 'too-long': 1_000_000 },
  shown: ATTACK_STRINGS.map(hostileChain),
};

function hostileChain(attack: string, index: number): ShownChain {
  const tokens = [attack, 'x'.repeat(400), '\n', attack, ' 4'];
  return {
    dataset: attack,
    item: attack,
    repeat: 1,
    level: 5,
    question: attack,
    asked: 0.5,
    got: 0.6,
    tokens,
    kept: tokens.map((_, place) => (place + index) % 2 === 0),
    shades: tokens.map((_, place) => place),
    answer: attack,
    why: ['longest', 'furthest above', 'furthest below'],
  };
}

describeWithBrowser('the preview of compressed chains in a browser', (executablePath) => {
  let browser: Browser;
  let pages: WrittenPages;
  let url: string;

  beforeAll(async () => {
    pages = await writtenPages();
    url = await pages.write('preview.html', renderCompressionPreview(HOSTILE));
    browser = await launchBrowser(executablePath);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.remove();
  });

  it.each(LOOKS)('shows hostile texts at %j in %s, and nothing else happens', async (viewport, colorScheme) => {
    const { page, trouble } = await watchedPage(browser, url, { viewport, colorScheme });
    expect(trouble).toEqual(QUIET);
    expect(await page.evaluate<boolean>(ATTACKED)).toBe(false);
    const [content, window] = await page.evaluate<[number, number]>(PAGE_WIDTHS);
    expect(content).toBeLessThanOrEqual(window);
    expect(await page.evaluate<string[]>(UNNAMED)).toEqual([]);
    expect(await page.evaluate<string[]>(FAINT_TEXTS)).toEqual([]);
    expect(await page.locator('article').count()).toBe(ATTACK_STRINGS.length);
    await page.context().close();
  });
});
