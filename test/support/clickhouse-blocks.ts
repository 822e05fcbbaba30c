import { Buffer } from 'node:buffer';
import { strings, uint32s, uint64s } from '../../src/adapters/clickhouse/native/native.js';
import type { Block, DeadLetter } from '../../src/domain/blocks/block.js';
import type { OffsetSpan } from '../../src/domain/records/offset-range.js';
import type { InsertId } from '../../src/domain/ports/event-table.js';

export interface TestRow {
  readonly partition: number;
  readonly offset: number;
  /** Seconds since 1970. */
  readonly time?: number;
  readonly epoch?: number;
  readonly payload?: string;
}

export const JANUARY = Date.UTC(2026, 0, 1) / 1_000;
export const DAY = 86_400;

/**
 * A block of these rows, as the batch builder would make it. Without a topic id, as for a table that does not store it.
 */
export function blockOf(
  topic: string,
  rows: readonly TestRow[],
  topicId: string | null = null,
): Block {
  const times = rows.map(({ time }) => time ?? JANUARY);
  const column = (name: string, type: string, data: Buffer) => ({ name, type, data });
  return {
    rows: rows.length,
    columns: [
      column('event_id', 'String', strings(rows.map((row) => `${row.partition}-${row.offset}`))),
      column('event_type', 'String', strings(rows.map(() => 'click'))),
      column('timestamp', 'DateTime', uint32s(times)),
      column('payload', 'String', strings(rows.map(({ payload }) => payload ?? '{}'))),
      column('source', 'String', strings(rows.map(() => 'web'))),
      column('metadata', 'String', strings(rows.map(() => '{}'))),
      column('_topic', 'String', strings(rows.map(() => topic))),
      ...(topicId === null
        ? []
        : [column('_topic_id', 'String', strings(rows.map(() => topicId)))]),
      column('_epoch', 'UInt32', uint32s(rows.map(({ epoch }) => epoch ?? 0))),
      column('_partition', 'UInt32', uint32s(rows.map(({ partition }) => partition))),
      column('_offset', 'UInt64', uint64s(rows.map(({ offset }) => offset))),
    ],
    spans: spansOf(rows),
    covered: spansOf(rows),
    times: rows.length === 0 ? null : { min: Math.min(...times), max: Math.max(...times) },
    tablePartitions: 0,
    deadLetters: [],
    knownDeadLetters: [],
    lone: null,
    filtered: 0,
    records: rows.length,
    valueBytes: 0,
  };
}

/** `count` rows of one partition, one second apart. */
export function rowsFrom(partition: number, first: number, count: number): readonly TestRow[] {
  return Array.from({ length: count }, (_, index) => ({
    partition,
    offset: first + index,
    time: JANUARY + index,
  }));
}

function spansOf(rows: readonly TestRow[]): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  for (const { partition, offset, epoch = 0 } of rows) {
    const last = spans.at(-1);
    if (last?.partition === partition && last.end === offset) {
      spans[spans.length - 1] = { ...last, end: offset + 1 };
    } else {
      spans.push({ partition, epoch, first: offset, end: offset + 1 });
    }
  }
  return spans;
}

export function letterAt(offset: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    partition: 0,
    epoch: 0,
    offset,
    timestamp: 1_700_000_000_123,
    key: null,
    headers: [],
    value: Buffer.from('not json'),
    schema: '',
    stage: 'decode',
    reason: 'invalid_json',
    path: '',
    error: 'is no JSON',
    ...more,
  };
}

const SENDS_OF_A_PROCESS = 100_000;
let sends = process.pid * SENDS_OF_A_PROCESS;

/** An id that no other send has, in this process or in processes that test the same server. */
export function insertId(more: Partial<InsertId> = {}): InsertId {
  sends += 1;
  return {
    workflowId: 'stream-events',
    runId: 'run-1',
    lane: 0,
    batch: 1,
    block: 1,
    attempt: 1,
    send: sends,
    ...more,
  };
}

/** How a block is sent if the send itself does not matter. */
export function sendOptions(token: string, more: Partial<InsertId> = {}) {
  return { token, id: insertId(more), signal: new AbortController().signal };
}

export function letterOptions(token: string) {
  return { ...sendOptions(token), batch: 'stream-events/1', contract: 'stream_events' };
}
