import type { Browser } from 'playwright-core';
import { comparedRuns, simulatedRun } from '../../src/comparisons/testing.js';
import { renderComparison } from '../../src/reporting/index.js';
import { hostileComparison } from '../../src/reporting/testing/hostile-comparison.js';
import { describeWithBrowser, launchBrowser, watchedPage } from './browser.js';
import { ATTACKED, FAINT_TEXTS, LOST_NAMES, PAGE_WIDTHS, UNNAMED } from './page-checks.js';
import { LOOKS, QUIET, writtenPages, type WrittenPages } from './written-pages.js';

describeWithBrowser('the comparison in a browser', (executablePath) => {
  let browser: Browser;
  let pages: WrittenPages;
  let plainUrl: string;
  let hostileUrl: string;

  beforeAll(async () => {
    pages = await writtenPages();
    const runs = [simulatedRun('054f19c7aaaa'), simulatedRun('81d0c4aabbbb', 2)];
    const request = { against: { run: '054f19c7aaaa' }, sides: [{ run: '81d0c4aabbbb' }] };
    plainUrl = await pages.write('plain.html', renderComparison(await comparedRuns(request, ...runs)));
    hostileUrl = await pages.write('hostile.html', renderComparison(await hostileComparison()));
    browser = await launchBrowser(executablePath);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.remove();
  });

  it.each(LOOKS)('is quiet, readable and as wide as the window at %j in %s', async (viewport, colorScheme) => {
    for (const url of [plainUrl, hostileUrl]) {
      const { page, trouble } = await watchedPage(browser, url, { viewport, colorScheme });
      const widths = await page.evaluate<number[]>(PAGE_WIDTHS);
      expect({ url, trouble, width: widths[0] }).toEqual({ url, trouble: QUIET, width: widths[1] });
      expect(await page.evaluate<string[]>(FAINT_TEXTS)).toEqual([]);
      expect(await page.evaluate<string[]>(UNNAMED)).toEqual([]);
      expect(await page.evaluate<string[]>(LOST_NAMES)).toEqual([]);
      await page.context().close();
    }
  });

  it('does nothing of what hostile texts ask for', async () => {
    const { page, trouble } = await watchedPage(browser, hostileUrl);
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await page.evaluate(ATTACKED)).toBe(false);
    expect(trouble).toEqual(QUIET);
    await page.context().close();
  });

  it('narrows the items of one pair of arms by outcome and text, and no other’s', async () => {
    const { page } = await watchedPage(browser, plainUrl);
    const [first, second] = [page.locator('#c0'), page.locator('#c1')];
    const rows = first.locator('.items tbody tr:visible');
    const [before, others] = [await rows.count(), await second.locator('.items tbody tr:visible').count()];
    await first.locator('select[name=outcome]').selectOption('won');
    const won = await rows.count();
    expect(won).toBeGreaterThan(0);
    expect(won).toBeLessThan(before);
    expect(await first.locator('output').textContent()).toBe(`${won} of ${before}`);
    await first.locator('input[name=text]').fill('no such words');
    expect(await rows.count()).toBe(0);
    expect(await first.locator('[data-nothing]').isVisible()).toBe(true);
    expect(await second.locator('.items tbody tr:visible').count()).toBe(others);
    await page.context().close();
  });

  it('shows every item without its script', async () => {
    const { page } = await watchedPage(browser, plainUrl, { javaScriptEnabled: false });
    expect(await page.locator('#c0 .items tbody tr:visible').count()).toBeGreaterThan(0);
    expect(await page.locator('#c0 [data-filters]').isVisible()).toBe(false);
    await page.context().close();
  });
});
