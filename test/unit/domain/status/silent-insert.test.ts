// Promise: status and the details page report where and since when a batch waits inside ClickHouse, until it has ended.
import { expect, test } from 'vitest';
import { detailsPage } from '../../../../src/domain/status/details-page.js';
import { parseInsertWaits } from '../../../../src/domain/pipeline/input.js';
import type { InHand } from '../../../../src/domain/pipeline/pipeline-status.js';
import { withInsertWaits } from '../../../../src/domain/status/silent-insert.js';
import { pipelineStatus } from '../../../../src/domain/status/status.js';
import { aState, NOW_MS } from '../../../support/pipeline-builders.js';

const BATCH_42: InHand = { lane: 0, what: 'batch 42', since: new Date(NOW_MS).toISOString() };
const WAITS = { lane: 0, batch: 42, waits: { address: 'http://a:8123', sinceMs: NOW_MS } };
const WORDS = 'ClickHouse at http://a:8123 has not answered an insert since 2026-11-23T07:00:00Z';

function shown(work: InHand) {
  const state = aState([10]);
  const status = pipelineStatus(state, { pause: null, draining: null, inHand: [work] });
  return { status, page: detailsPage({ status, state, workflowId: 'w', nowMs: NOW_MS }) };
}

test('a waiting batch appears in status and on the page', () => {
  const { status, page } = shown(withInsertWaits(BATCH_42, WAITS));
  expect(status.detail).toContain(`batch 42: ${WORDS}`);
  expect(status.inHand[0]?.waitsFor).toContain(WORDS);
  expect(page).toContain(`batch 42 (lane 0) since 2026-11-23T07:00:00Z (${WORDS}`);
});

test('nothing of it remains once it has ended', () => {
  const ended = withInsertWaits(withInsertWaits(BATCH_42, WAITS), { ...WAITS, waits: null });
  expect(shown(ended).status.detail).toBe('moving records as they arrive');
});

test('a report about another batch than the current one is late and changes nothing', () => {
  expect(withInsertWaits(BATCH_42, { ...WAITS, batch: 41 })).toBe(BATCH_42);
});

test("a worker's report is read as it was sent, and extra fields are ignored", () => {
  const sent = { ...WAITS, hereafter: 1 };
  expect(parseInsertWaits(sent)).toEqual({ kind: 'valid', value: WAITS });
  expect(parseInsertWaits({ lane: 0 }).kind).toBe('invalid');
});
