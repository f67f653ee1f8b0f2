import type { Browser, Page } from 'playwright-core';
import { renderReport } from '../../src/reporting/render-report.js';
import { hostileRun } from '../../src/reporting/testing/hostile-run.js';
import { manyArms } from '../../src/reporting/testing/many-arms.js';
import { syntheticRun } from '../../src/reporting/testing/synthetic-run.js';
import { syntheticTokenSkip } from '../../src/reporting/testing/synthetic-token-skip.js';
import {
  ATTACKED,
  BODY_BACKGROUND,
  CHART_COUNTS,
  countReads,
  COVERED_TEXTS,
  FAINT_TEXTS,
  isCurrentInList,
  LOST_NAMES,
  PAGE_WIDTHS,
  STUCK_COLUMN,
  traceIsShown,
  UNNAMED,
} from './page-checks.js';
import { describeWithBrowser, launchBrowser, until, watchedPage } from './browser.js';
import { DESK, LOOKS, PHONE, QUIET, writtenPages, type WrittenPages } from './written-pages.js';

describeWithBrowser('the report in a browser', (executablePath) => {
  let browser: Browser;
  let pages: WrittenPages;
  let plainUrl: string;
  let hostileUrl: string;
  let crowdedUrl: string;
  let ratiosUrl: string;

  beforeAll(async () => {
    pages = await writtenPages();
    plainUrl = await pages.write('plain.html', await renderReport(syntheticRun({ items: 20, maxTokens: 260 })));
    hostileUrl = await pages.write('hostile.html', await renderReport(hostileRun()));
    crowdedUrl = await pages.write('crowded.html', await renderReport(manyArms(30)));
    ratiosUrl = await pages.write('ratios.html', await renderReport(syntheticTokenSkip({ adapters: true })));
    browser = await launchBrowser(executablePath);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.remove();
  });

  it.each(LOOKS)('opens without a request, an error or a violation at %j in %s', async (viewport, colorScheme) => {
    const { page, trouble } = await watchedPage(browser, plainUrl, { viewport, colorScheme });
    expect(trouble).toEqual(QUIET);
    expect(await page.locator('h1').count()).toBe(1);
    await page.context().close();
  });

  it.each([PHONE, { width: 320, height: 640 }, { width: 768, height: 1024 }, DESK])(
    'never scrolls sideways as a page at %j, hostile names included',
    async (viewport) => {
      for (const url of [plainUrl, hostileUrl, crowdedUrl, ratiosUrl]) {
        const { page } = await watchedPage(browser, url, { viewport });
        const widths = await page.evaluate<number[]>(PAGE_WIDTHS);
        expect({ url, width: widths[0] }).toEqual({ url, width: widths[1] });
        await page.context().close();
      }
    },
  );

  it.each(LOOKS)('shows thirty arms so that each can be told and read at %j in %s', async (viewport, colorScheme) => {
    const { page, trouble } = await watchedPage(browser, crowdedUrl, {
      viewport,
      colorScheme,
      javaScriptEnabled: false,
    });
    expect(await page.evaluate(COVERED_TEXTS)).toEqual([]);
    expect(await page.evaluate(LOST_NAMES)).toEqual([]);
    const counts = await page.evaluate<Record<string, number>>(CHART_COUNTS);
    expect(counts).toEqual({ marks: 30, names: 30 - (counts['key'] ?? 0), numbers: counts['key'], key: counts['key'] });
    expect(counts['names']).toBeGreaterThan(1);
    const figure = await page.locator('.hero figure').textContent();
    const unnamed = manyArms(30).result.arms.filter(({ name }) => !figure?.includes(name));
    expect(unnamed).toEqual([]);
    expect(Math.abs(await page.evaluate<number>(STUCK_COLUMN))).toBeLessThan(1);
    expect(trouble).toEqual(QUIET);
    await page.context().close();
  });

  it.each(LOOKS)('shows ratios of many arms so that each can be read at %j in %s', async (viewport, colorScheme) => {
    const { page, trouble } = await watchedPage(browser, ratiosUrl, {
      viewport,
      colorScheme,
      javaScriptEnabled: false,
    });
    expect(await page.evaluate(COVERED_TEXTS)).toEqual([]);
    expect(await page.evaluate(FAINT_TEXTS)).toEqual([]);
    expect(await page.evaluate(UNNAMED)).toEqual([]);
    expect(await page.locator('#token-skip svg.chart:visible').count()).toBe(2);
    expect(trouble).toEqual(QUIET);
    await page.context().close();
  });

  it('lets attack strings do nothing, in the page and in every trace that is opened', async () => {
    const { page, trouble } = await watchedPage(browser, hostileUrl, { viewport: DESK });
    const links = page.locator('#trace-list a');
    const count = await links.count();
    expect(count).toBeGreaterThan(60);
    for (let index = 0; index < 70; index += 1) {
      await page.keyboard.press('j');
      await until(page, isCurrentInList(index + 1));
    }
    await page.waitForTimeout(100);
    expect(await page.evaluate(ATTACKED)).toBe(false);
    expect(await page.locator('img, iframe, object, embed, form[action], video, audio, main script').count()).toBe(0);
    expect(trouble).toEqual(QUIET);
    expect(page.url().split('#')[0]).toBe(hostileUrl);
    await page.context().close();
  });

  it('moves through the list with j and k and shows the trace, also one that was packed', async () => {
    const { page } = await watchedPage(browser, plainUrl, { viewport: DESK });
    const first = await currentTrace(page);
    await page.keyboard.press('j');
    await until(page, traceIsShown());
    const second = await currentTrace(page);
    expect(second).not.toBe(first);
    await page.keyboard.press('k');
    await until(page, traceIsShown(`#${first}`));
    expect(await currentTrace(page)).toBe(first);
    const packed = (await page.locator('#trace-list a').nth(120).getAttribute('href')) ?? '';
    await page.locator('#trace-list a').nth(120).click();
    await until(page, traceIsShown(packed));
    expect(`#${await currentTrace(page)}`).toBe(packed);
    await page.context().close();
  });

  it('opens the trace that the address names', async () => {
    const { page } = await watchedPage(browser, plainUrl, { viewport: DESK });
    const packed = (await page.locator('#trace-list a').nth(150).getAttribute('href')) ?? '';
    await page.context().close();
    const again = await browser.newPage();
    await again.goto(plainUrl + packed);
    await until(again, traceIsShown());
    expect(`#${await currentTrace(again)}`).toBe(packed);
    await again.close();
  });

  it('filters the list and leads from a count of the tables to its traces', async () => {
    const { page, trouble } = await watchedPage(browser, plainUrl, { viewport: DESK });
    await page.selectOption('select[name=verdict]', 'lost');
    const badges = await page.locator('#trace-list .v').allTextContents();
    expect(new Set(badges.map((text) => text.trim()))).toEqual(new Set(['▼ lost']));
    await page.locator('#flips table').first().locator('a', { hasText: 'lost' }).last().click();
    await until(page, traceIsShown());
    const lost = await page.locator('#flips table').first().locator('tbody .vh').last().textContent();
    expect(await page.locator('#trace-count').textContent()).toBe(`${lost?.split(' ')[0] ?? ''} of 480`);
    await page.locator('input[name=text]').fill('nothing has this text');
    expect(await page.locator('#no-traces').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Clear' }).click();
    await until(page, countReads('480 of 480'));
    expect(trouble).toEqual(QUIET);
    await page.context().close();
  });

  it('reads without scripts: the first fifty traces by their links', async () => {
    const { page } = await watchedPage(browser, plainUrl, { viewport: DESK, javaScriptEnabled: false });
    expect(await page.locator('.trace:visible').count()).toBe(1);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('#trace-list a').count()).toBe(50);
    const href = (await page.locator('#trace-list a').nth(7).getAttribute('href')) ?? '';
    await page.locator('#trace-list a').nth(7).click();
    expect(await page.locator('.trace:visible').getAttribute('id')).toBe(href.slice(1));
    await page.context().close();
  });

  it('prints in the light palette without navigation, with the chosen trace only', async () => {
    const { page } = await watchedPage(browser, plainUrl, { viewport: DESK, colorScheme: 'dark' });
    expect(await paper(page)).toBe('rgb(17, 19, 22)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await paper(page)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('.toc:visible, .tl:visible, #filters:visible, button:visible').count()).toBe(0);
    expect(await page.locator('.trace:visible').count()).toBe(1);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.context().close();
  });

  it('keeps text readable: 4.5 to 1 in both schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await watchedPage(browser, plainUrl, { viewport: DESK, colorScheme });
      expect({ colorScheme, faint: await page.evaluate(FAINT_TEXTS) }).toEqual({ colorScheme, faint: [] });
      await page.context().close();
    }
  });

  it('names every control, region and picture', async () => {
    const { page } = await watchedPage(browser, plainUrl, { viewport: DESK });
    expect(await page.evaluate(UNNAMED)).toEqual([]);
    expect(await page.locator('th:not([scope])').count()).toBe(0);
    await page.context().close();
  });
});

async function currentTrace(page: Page): Promise<string | null> {
  return page.locator('.trace:visible').getAttribute('id');
}

function paper(page: Page): Promise<string> {
  return page.evaluate(BODY_BACKGROUND);
}
