// Promise: the view of a pipeline shows at a glance its state, route, guarantee, lag, rates, dead letters by reason, where time goes,
// and each hold with the commands that end it; at most ten partitions. Checked on statuses as the workflow's own code makes them.
import { expect, test } from 'vitest';
import { pipelineStatus, startingStatus } from '../../../../src/domain/status/status.js';
import type { BatchSummary } from '../../../../src/domain/pipeline/batch-summary.js';
import type { Hold } from '../../../../src/domain/holds/hold.js';
import type { PipelineStatus } from '../../../../src/domain/pipeline/pipeline-status.js';
import {
  type Seen,
  statusLine,
  statusLines,
  statusObject,
} from '../../../../src/cli/status/status-view.js';
import { COLOURED, PLAIN } from '../../../../src/cli/text/style.js';
import { VALUE_REASONS } from '../../../../src/domain/types/value-fault.js';
import { aState, NOW_MS } from '../../../support/pipeline-builders.js';

const AT = new Date(NOW_MS).toISOString();

function aStatus(changes: Partial<PipelineStatus> = {}, ends: readonly number[] = [5_000, 7_000]) {
  const status = pipelineStatus(aState(ends), { pause: null, draining: null, inHand: [] });
  return { ...status, ...changes };
}

function aSeen(changes: Partial<Seen> = {}): Seen {
  return {
    ...{ workflowId: 'orders', workflow: 'RUNNING', why: null, status: aStatus(), batches: [] },
    ...{ retries: [], startedMs: NOW_MS, firstRunId: 'run-1' },
    ...{ rowsPerSecond: null, atMs: NOW_MS },
    ...changes,
  };
}

const text = (seen: Seen) => statusLines(seen, PLAIN).join('\n');

function aBatch(changes: Partial<BatchSummary> = {}): BatchSummary {
  const phases = {
    ...{ waitMs: 0, fetchMs: 250, decodeMs: 250, insertMs: 400, commitMs: 100, totalMs: 1_000 },
  };
  return {
    ...{ batch: 1, lane: 0, at: AT, records: 1_000, rows: 1_000, deadLetters: 0, filtered: 0 },
    ...{ bytes: 1, blocks: 1, attempt: 1, oldestRecordMs: 1_500, ranges: '', phases },
    ...changes,
  };
}

function aHold(changes: Partial<Hold> = {}): Hold {
  return {
    ...{ partition: 1, reason: 'TooManyRejections', since: AT, detail: 'Half are no events.' },
    range: { partition: 1, first: '10', end: '20' },
    ...changes,
  };
}

/** As it is where a terminal has room for any line. */
function unwrapped(seen: string): string {
  return seen.replaceAll(/\n {14}/g, ' ');
}

test('a running pipeline: state, route, guarantee, totals, lag', () => {
  const seen = text(aSeen());
  expect(seen).toMatch(/^orders {2}RUNNING {2}moving records as they arrive\n/);
  expect(seen).toContain(
    'stream-events → stream_events · group group · contract stream_events · 1 lane\nguarantee exactly-once\n',
  );
  expect(seen).toContain('rows          0 in 0 batches\n');
  expect(seen).toContain('lag           12,000 records');
  expect(seen).toContain('dead letters  0\n');
  expect(seen).toMatch(
    /partition {2}next offset {2}log end +lag +rows +dead letters {2}waits for\n/,
  );
});

test('since when the totals count, if Temporal knows it', () => {
  const started = unwrapped(text(aSeen()));
  expect(started).toContain('totals since  the start of the pipeline at 2026-11-23T07:00:00Z\n');
  const unknown = aSeen({ startedMs: null });
  expect(text(unknown)).toContain('totals since  the start of the pipeline\n');
  expect(statusObject(unknown).startedAt).toBeNull();
});

test('rates: since the look before, over the last batches, and where their time went', () => {
  const seen = text(aSeen({ batches: [aBatch()], rowsPerSecond: 1_234 }));
  expect(unwrapped(seen)).toContain(
    '0 in 0 batches · 1,234 rows/s now · 1,000 rows/s in the last 1 batch',
  );
  expect(unwrapped(seen)).toContain(
    'time spent    fetch 25 %, decode 25 %, insert 40 %, commit 10 %, waiting for memory 0 %',
  );
  expect(seen).toContain('oldest record queryable after 1.5 s (median), 1.5 s at most');
});

test('dead letters by reason, the most frequent first', () => {
  const { totals } = aStatus();
  const deadLettersByReason = { bad_timestamp: 2, invalid_json: 1_200 };
  const status = aStatus({ totals: { ...totals, deadLetters: 1_202, deadLettersByReason } });
  expect(text(aSeen({ status }))).toContain('1,202 (invalid_json 1,200, bad_timestamp 2)');
});

test('many reasons take as many lines as they need, and the live view shows them all', () => {
  const { totals } = aStatus();
  const counts = VALUE_REASONS.map((reason, index) => [reason, 1_000 + index] as const);
  const status = aStatus({
    totals: { ...totals, deadLettersByReason: Object.fromEntries(counts), deadLetters: 9_999 },
  });
  const seen = text(aSeen({ status }));
  for (const [reason] of counts) expect(seen).toContain(reason);
  const ofLetters = seen
    .split('\n')
    .filter((line) => VALUE_REASONS.some((one) => line.includes(one)));
  expect(ofLetters.length).toBeGreaterThan(1);
  expect(Math.max(...ofLetters.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('what an activity failed with last, and which attempt comes next', () => {
  const retries = [{ activity: 'ingestBatch', attempt: 3, why: 'ClickHouse is away' }];
  expect(text(aSeen({ retries }))).toContain(
    'Retried after a failure\n  - ingestBatch, attempt 3: ClickHouse is away',
  );
  expect(text(aSeen())).not.toContain('Retried');
});

test('why a start fails comes before the totals, and in the line for a log', () => {
  const retries = [{ activity: 'resolvePipeline', attempt: 3, why: 'no topic\n  orders' }];
  const seen = aSeen({ retries, status: startingStatus('looking at Kafka') });
  expect(text(seen)).toMatch(/^orders {2}STARTING.*\n\nRetried[^]*no topic[^]*\n\nrows /);
  expect(statusLine(seen)).toMatch(/ · retried resolvePipeline, attempt 3: no topic orders$/);
});

test('several partitions that are held for one reason can be decided with one command', () => {
  const all = (...holds: readonly Hold[]) =>
    text(aSeen({ status: aStatus({ holds, state: 'held' }) }));
  const two = all(aHold({ partition: 0 }), aHold({ partition: 1 }));
  expect(two).toContain('The same for all 2 held partitions:\n    millrace resolve orders all ');
  expect(two).not.toContain('all skipTo');
  expect(all(aHold())).not.toContain('resolve orders all');
  expect(all(aHold(), aHold({ partition: 0, reason: 'DataLost' }))).not.toContain('orders all');
});

test('phases that leave time unexplained are completed by other', () => {
  const phases = { ...aBatch().phases, totalMs: 2_000 };
  const seen = unwrapped(text(aSeen({ batches: [aBatch({ phases })] })));
  expect(seen).toMatch(/waiting for memory 0 %, other 4[89] %|waiting for memory 0 %, other 50 %/);
  expect(unwrapped(text(aSeen({ batches: [aBatch()] })))).not.toContain('other');
});

test('one record is not called records', () => {
  expect(text(aSeen({ status: aStatus({ lag: 1 }) }))).toMatch(/^lag +1 record\b(?!s)/m);
});

test('a lesser guarantee comes with its reasons', () => {
  const why = ['the table has no lineage columns', 'run ALTER TABLE'];
  const status = aStatus({ guarantee: { level: 'at-least-once', why } });
  expect(text(aSeen({ status }))).toContain(
    'guarantee at-least-once, because\n  the table has no lineage columns\n  run ALTER TABLE\n',
  );
});

test('a hold has what happened and the commands that end it, quoted for a shell', () => {
  const status = aStatus({ holds: [aHold()], state: 'held' });
  const seen = text(aSeen({ status, workflowId: "it's" }));
  expect(seen).toContain('Partition 1 has been held since 2026-11-23T07:00:00Z: TooManyRejections');
  expect(seen).toContain('  Half are no events.\n');
  for (const rest of ['1 retry', '1 continue', '1 skipTo 20']) {
    expect(seen).toContain(`    millrace resolve 'it'\\''s' ${rest}\n`.trimEnd());
  }
});

test('of many partitions those with most lag are shown, in their order, and each that waits', () => {
  const ends = Array.from({ length: 30 }, (_, partition) => partition * 100);
  const status = aStatus({}, ends);
  const partitions = status.partitions.map((each) =>
    each.partition === 3 ? { ...each, hold: 'DataLost' as const } : each,
  );
  const lines = statusLines(aSeen({ status: { ...status, partitions } }), PLAIN);
  const shown = lines.flatMap((line) => /^ +(\d+) +0 /.exec(line)?.[1] ?? []);
  expect(shown).toEqual(['3', '21', '22', '23', '24', '25', '26', '27', '28', '29']);
  expect(lines).toContain('20 more partitions with less lag');
  expect(lines.find((line) => /^ +3 /.test(line))).toContain('a decision: DataLost');
});

test('partitions wait for brokers and transactions, with since when', () => {
  const status = aStatus();
  const partitions = status.partitions.map((each, index) => ({
    ...each,
    ...(index === 0
      ? { unavailable: { why: 'silent' as const, broker: '2 (kafka-2:9092)', since: AT } }
      : { openTransaction: { firstOffset: '500', since: AT, records: 3 } }),
  }));
  const seen = text(aSeen({ status: { ...status, partitions } }));
  expect(seen).toContain('broker 2 (kafka-2:9092) since 2026-11-23T07:00:00Z');
  expect(seen).toContain('the transaction at offset 500, open since 2026-11-23T07:00:00Z');
});

test('work, warnings, decisions and columns that are not stored', () => {
  const seen = text(
    aSeen({
      status: aStatus({
        inHand: [{ lane: 1, what: 'batch 42', since: AT, waitsFor: 'Keeper' }],
        warnings: ['the table was altered'],
        decisions: [{ at: AT, what: 'go on with less' }],
        notStored: [
          { column: 'metadata', why: 'it is missing', fix: 'ALTER TABLE t', optional: false },
        ],
      }),
    }),
  );
  expect(seen).toContain('working on    batch 42 in lane 1 since 2026-11-23T07:00:00Z (Keeper)');
  expect(seen).toContain('Warnings\n  - the table was altered');
  expect(seen).toContain(`Decisions\n  - ${AT}: go on with less`);
  expect(seen).toContain('Not stored in the table\n  - metadata: it is missing: ALTER TABLE t');
});

test('a workflow that has ended says how and why, whatever its last state was', () => {
  expect(text(aSeen({ workflow: 'TERMINATED' }))).toMatch(
    /^orders {2}TERMINATED {2}the workflow has ended\n/,
  );
  const status = startingStatus('looking at Kafka');
  const failed = aSeen({ workflow: 'FAILED', why: 'the topic has another log', status });
  expect(text(failed)).toMatch(/^orders {2}FAILED {2}the topic has another log\n/);
});

test('one line for a log', () => {
  expect(statusLine(aSeen({ rowsPerSecond: 50 }))).toBe(
    '2026-11-23T07:00:00Z RUNNING · rows 0 (50/s) · lag 12,000 · dead letters 0',
  );
  const status = aStatus({ holds: [aHold()], state: 'held' });
  expect(statusLine(aSeen({ status }))).toContain(' HELD · ');
  expect(statusLine(aSeen({ status }))).toMatch(/ · held 1$/);
});

test('the JSON object is the answer of the query, and what only the command knows', () => {
  const seen = aSeen({ rowsPerSecond: 7 });
  expect(statusObject(seen)).toEqual({
    ...seen.status,
    ...{ workflowId: 'orders', workflow: 'RUNNING', retries: [], startedAt: AT, rowsPerSecond: 7 },
  });
});

test('colours change nothing else', () => {
  const seen = aSeen({ status: aStatus({ holds: [aHold()], state: 'held' }) });
  const coloured = statusLines(seen, COLOURED).join('\n');
  expect(coloured).not.toBe(text(seen));
  // eslint-disable-next-line no-control-regex
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(text(seen));
});
