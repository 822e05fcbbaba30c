import { existsSync } from 'node:fs';
import process from 'node:process';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** It must not reach out for anything: a closed network answers each try slowly. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type Tab = 'Timeline' | 'User Metadata' | 'Pending Activities';

/** Temporal's UI in a browser without a window. */
export interface TemporalUi {
  /** A tab of a workflow's page. */
  open(workflowId: string, tab: Tab): Promise<Page>;
  close(): Promise<void>;
}

/** The browser to use, from `CHROMIUM` or where Debian puts it; null where there is none. */
export function findChromium(): string | null {
  const candidates = [process.env['CHROMIUM'], ...PROGRAMS];
  return candidates.find((path) => path !== undefined && existsSync(path)) ?? null;
}

export async function openTemporalUi(address: string, program: string): Promise<TemporalUi> {
  const browser: Browser = await chromium.launch({ executablePath: program, args: FLAGS });
  return {
    async open(workflowId, tab) {
      const page = await browser.newPage({ viewport: { width: 1_280, height: 860 } });
      await page.goto(`${address}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
      await page
        .getByRole('tab', { name: tab })
        .or(page.getByText(tab, { exact: true }))
        .first()
        .click();
      return page;
    },
    close: () => browser.close(),
  };
}
