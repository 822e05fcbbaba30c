import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser must not access the network: on a closed network each attempt takes a long time to fail. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;

/** Starting the browser and its first page takes seconds on an idle machine, and far longer beside a whole suite. */
const TIMEOUT_MS = 300_000;

/** `program` is what `findChromium` found. */
export function startChromium(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: [...FLAGS], timeout: TIMEOUT_MS });
}

export async function openPage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(TIMEOUT_MS);
  return page;
}

/** The browser from `CHROMIUM`, or from where Debian installs it. Null if there is none. */
export function findChromium(): string | null {
  const candidates = [process.env['CHROMIUM'], ...PROGRAMS];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}
