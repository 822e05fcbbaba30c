import type { Page } from 'playwright-core';
import { openPage, startChromium } from './chromium.js';

export type Tab = 'Timeline' | 'User Metadata' | 'Pending Activities';

/** Temporal's UI in a headless browser. */
export interface TemporalUi {
  /** A tab of a workflow's page. */
  open(workflowId: string, tab: Tab): Promise<Page>;
  close(): Promise<void>;
}

export async function openTemporalUi(address: string, program: string): Promise<TemporalUi> {
  const browser = await startChromium(program);
  return {
    async open(workflowId, tab) {
      const page = await openPage(browser, { viewport: { width: 1_400, height: 1_240 } });
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
