// Promise: a pipeline receives the end of the log while one of its batches is stuck, once for all its lanes, ever more rarely,
// and not at all for batches that end in time. Checked in Temporal's activity environment over an in-memory topic.
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, test } from 'vitest';
import {
  createLogReports,
  nextReportMs,
} from '../../../../src/activities/ingest-batch/log-reports.js';
import type { LogSeen } from '../../../../src/domain/pipeline/messages.js';
import { fakeTopic } from '../../../support/fake-topic.js';
import { waitUntil } from '../../../support/wait-until.js';

const MINUTE_MS = 60_000;
const BATCH = { workflowId: 'orders', topic: 'stream-events' };

function reporting() {
  const topic = fakeTopic([7]);
  topic.partitions[0]!.openTransaction = true;
  const told: LogSeen[] = [];
  const messages = {
    logSeen: (_: string, seen: LogSeen) => {
      told.push(seen);
      return Promise.resolve();
    },
    insertWaits: () => Promise.resolve(),
  };
  return { told, topic, reports: createLogReports({ source: topic.source, messages }) };
}

/** Runs within an attempt of a batch that was scheduled this long ago. */
function attempt<T>(ageMs: number, work: () => Promise<T>): Promise<T> {
  const environment = new MockActivityEnvironment({ scheduledTimestampMs: Date.now() - ageMs });
  return environment.run(work);
}

test('an attempt of a stuck batch reports the log ends, including those beyond open transactions', async () => {
  const { told, reports } = reporting();
  await attempt(10 * MINUTE_MS, async () => {
    const end = reports.start(BATCH);
    const otherLane = reports.start(BATCH);
    await waitUntil(() => told.length > 0, { what: 'the pipeline was told' });
    end();
    otherLane();
  });
  expect(told).toMatchObject([{ topicId: 'topic-1', ends: ['7'], logEnds: ['8'] }]);
  await attempt(10 * MINUTE_MS, async () => {
    const end = reports.start(BATCH);
    await new Promise((resolve) => setTimeout(resolve, 50));
    end();
  });
  expect(told.length).toBe(1);
});

test('a batch that is not stuck makes no extra requests', async () => {
  const { topic, reports } = reporting();
  await attempt(0, async () => {
    const end = reports.start(BATCH);
    await new Promise((resolve) => setTimeout(resolve, 50));
    end();
  });
  expect(topic.polls).toBe(0);
});

test('an unreachable Kafka or Temporal does not disturb the attempt', async () => {
  const { topic } = reporting();
  let tries = 0;
  const messages = {
    logSeen: () => {
      tries += 1;
      return Promise.reject(new Error('Temporal is away'));
    },
    insertWaits: () => Promise.resolve(),
  };
  const reports = createLogReports({ source: topic.source, messages });
  await attempt(10 * MINUTE_MS, async () => {
    const end = reports.start(BATCH);
    await waitUntil(() => tries > 0, { what: 'it was tried' });
    end();
  });
});

test('reports become rarer over time, with fewer than a thousand in a month', () => {
  let toldMs: number | undefined;
  let reports = 0;
  for (let atMs = 0; atMs < 30 * 24 * 60 * MINUTE_MS; atMs = toldMs) {
    toldMs = nextReportMs(0, toldMs);
    reports += 1;
  }
  expect(reports).toBeLessThan(1_000);
  expect(nextReportMs(0, undefined)).toBe(MINUTE_MS);
  expect(nextReportMs(0, 60 * MINUTE_MS)).toBe(63 * MINUTE_MS);
});
