// Promise: the lag of a paused pipeline, which reads nothing, is not mistaken for the current one, and a partition that is not
// read because its leader is down is named, with the broker and since when. Checked on states.
import { expect, test } from 'vitest';
import { pipelineStatus } from '../../../../src/domain/status/status.js';
import { detailsPage } from '../../../../src/domain/status/details-page.js';
import { aState, NOW_MS } from '../../../support/pipeline-builders.js';

test('a paused pipeline says why, since when, and how old its lag is', () => {
  const pause = { reason: 'maintenance', since: '2026-11-23T07:00:00.000Z' };
  expect(pipelineStatus(aState([10]), { pause, draining: null, inHand: [] })).toMatchObject({
    state: 'paused',
    detail: 'maintenance (since 2026-11-23T07:00:00.000Z; lag as it was then)',
  });
});

const RUNNING = { pause: null, draining: null, inHand: [] };

test('partitions whose leader is down are named with the broker and since when, once per broker', () => {
  const since = (seconds: number) => ({ sinceMs: NOW_MS - 1_000 * seconds, seenMs: NOW_MS });
  const silent = { why: 'silent', broker: '2 (kafka-2:9092)' } as const;
  const unavailable = [
    { partition: 0, ...silent, ...since(5) },
    { partition: 2, ...silent, ...since(8) },
    { partition: 3, why: 'leaderless', broker: null, ...since(70) } as const,
    // Elections take less than this.
    { partition: 4, ...silent, ...since(1) },
  ];
  const state = { ...aState([10, 10, 10, 10, 10]), unavailable };
  const status = pipelineStatus(state, RUNNING);
  const at = (seconds: number) => new Date(NOW_MS - 1_000 * seconds).toISOString();
  expect(status.detail).toBe(
    'moving records as they arrive, except from 3 partitions whose leader does not answer',
  );
  expect(status.partitions.map((each) => each.unavailable?.since)).toEqual([
    at(5),
    undefined,
    at(8),
    at(70),
    undefined,
  ]);
  expect(status.warnings).toEqual([
    `Partition 3 has not been read since ${at(70)}: there is no leader, because every broker that holds an up-to-date copy is down; one of them must come back. All other partitions continue, and no record is lost while Kafka retains it.`,
    `Partitions 0 and 2 have not been read since ${at(8)}: broker 2 (kafka-2:9092), the leader, accepts requests but does not answer them. All other partitions continue, and no record is lost while Kafka retains it.`,
  ]);
  const page = detailsPage({ status, state, workflowId: 'orders', nowMs: NOW_MS });
  expect(page).toContain('Partitions 0 and 2 have not been read');
  expect(page).toMatch(/\| 2 \| .*broker 2 \(kafka-2:9092\) since /);
  expect(page).toMatch(/\| 3 \| .*a leader since /);
});
