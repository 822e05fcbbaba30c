import { type Browser, chromium, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from './chromium.js';

/** The first page takes seconds on an idle machine, and far longer beside a whole suite. */
const PAGE_TIMEOUT_MS = 300_000;

export type Tab = 'Timeline' | 'User Metadata' | 'Pending Activities';

/** Temporal's UI in a headless browser. */
export interface TemporalUi {
  /** A tab of a workflow's page. */
  open(workflowId: string, tab: Tab): Promise<Page>;
  close(): Promise<void>;
}

export async function openTemporalUi(address: string, program: string): Promise<TemporalUi> {
  const browser: Browser = await chromium.launch({
    executablePath: program,
    args: [...CHROMIUM_FLAGS],
  });
  return {
    async open(workflowId, tab) {
      const page = await browser.newPage({ viewport: { width: 1_400, height: 1_240 } });
      page.setDefaultTimeout(PAGE_TIMEOUT_MS);
      await page.goto(`${address}/namespaces/default/workflows/${encodeURIComponent(workflowId)}`);
      await page
        .getByRole('tab', { name: tab })
        .or(page.getByText(tab, { exact: true }))
        .first()
        .click();
      if (tab === 'Timeline') {
        // Input and result appear above it.
        await page.getByRole('heading', { name: tab }).evaluate('(it) => it.scrollIntoView()');
      }
      return page;
    },
    close: () => browser.close(),
  };
}
