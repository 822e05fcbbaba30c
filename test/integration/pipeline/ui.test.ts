// Promise: Temporal's own UI shows what a pipeline does: the timeline names each batch, and User Metadata shows the details
// page. Checked in a real browser, and skipped with a message if there is none.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from '../../../dev/screenshots/chromium.js';
import { openTemporalUi, type TemporalUi } from '../../../dev/screenshots/temporal-ui.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { PATIENCE_MS } from '../../support/wait-until.js';

const chromium = findChromium();
if (chromium === null) {
  process.stderr.write("The UI is not looked at: install Debian's chromium, or set CHROMIUM.\n");
}

let world: PipelineWorld;
let ui: TemporalUi;

beforeAll(async () => {
  if (chromium === null) return;
  world = await openWorld({ partitions: 2 });
  await world.startWorker();
  await world.produce(1_234);
  const pipeline = await world.startPipeline();
  await pipeline.caughtUp();
  ui = await openTemporalUi(world.addresses.temporalUi ?? '', chromium);
});

afterAll(async () => {
  if (chromium === null) return;
  await ui.close();
  await world.close();
});

test.skipIf(chromium === null)('the timeline names the batches and their ranges', async () => {
  const page = await ui.open(world.workflowId, 'Timeline');
  const batch = page.getByText(/batch \d+: [\d,]+ records · p0 0-617/).first();
  await batch.waitFor({ timeout: PATIENCE_MS });
  expect(await batch.textContent()).toContain('ingestBatch');
});

test.skipIf(chromium === null)('User Metadata shows the details page', async () => {
  const page = await ui.open(world.workflowId, 'User Metadata');
  // The page is drawn in a separate frame.
  const details = page.locator('iframe').first().contentFrame();
  await details.getByText('1,234 rows').first().waitFor({ timeout: PATIENCE_MS });
  await details.getByText('exactly-once').first().waitFor({ timeout: PATIENCE_MS });
});
