import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARTEFACTS = fileURLToPath(new URL('../artefacts/', import.meta.url));
/** Nothing of the browser's own may go out to the network while a page is looked at. */
const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
];

export const DESKTOP = { width: 1_280, height: 900 };
export const PHONE = { width: 360, height: 740 };

/** Whether the system has a browser; says so aloud where it has none. */
export function hasBrowser(): boolean {
  const found = existsSync(CHROMIUM);
  if (!found) console.warn(`SKIPPED: there is no ${CHROMIUM}; apt-get install chromium has these tests run`);
  return found;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
}

/** A page, and everything that went wrong with it. */
export interface WatchedPage {
  readonly page: Page;
  /** Failed requests, errors on the console, exceptions: in words, as they came. */
  readonly troubles: string[];
}

export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    troubles.push(`exception: ${String(error)}`);
  });
  page.on('requestfailed', (request) => {
    troubles.push(`request: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`response: ${response.status()} ${response.url()}`);
  });
  return { page, troubles };
}

/** Keeps a picture for whoever looks at the run afterwards. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: `${ARTEFACTS}${name}.png`, fullPage: true });
}
