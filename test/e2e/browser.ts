import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

/** The browser that page tests use: LACONIC_BROWSER, else one the system has; null where there is none. */
export function browserPath(): string | null {
  const named = process.env['LACONIC_BROWSER'];
  if (named !== undefined && named !== '') return named;
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

/** `describe`, or a skipped one that prints why. */
export function describeWithBrowser(name: string, body: (path: string) => void): void {
  const path = browserPath();
  if (path === null) {
    process.stderr.write(`skipped: ${name} (no Chromium found; install one or set LACONIC_BROWSER)\n`);
    describe.skip(name, () => {
      it('needs a browser', () => undefined);
    });
    return;
  }
  describe(name, () => body(path));
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
}

/** What a page did besides showing itself. */
export interface PageTrouble {
  /** Console errors and warnings (content security policy violations among them), uncaught errors, dialogs. */
  readonly messages: string[];
  /** Requests other than for the page itself. */
  readonly requests: string[];
}

export interface WatchedPage {
  readonly page: Page;
  readonly trouble: PageTrouble;
}

/** Opens a page of its own context and notes everything that a report must not do. */
export async function watchedPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const trouble: PageTrouble = { messages: [], requests: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) trouble.messages.push(message.text());
  });
  page.on('pageerror', (error) => trouble.messages.push(String(error)));
  page.on('dialog', (dialog) => {
    trouble.messages.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url().split('#')[0] !== url) trouble.requests.push(request.url());
  });
  await page.goto(url);
  return { page, trouble };
}

/** Polls from outside: the page's policy forbids the evaluation that `page.waitForFunction` polls with. */
export async function until(page: Page, expression: string, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > end) throw new TypeError(`not true within ${timeoutMs} ms: ${expression}`);
    await page.waitForTimeout(10);
  }
}
