// Promise: a large batch is returned alone, is decompressed only when it is opened, and only if its records count. One that is
// too large is reported with its offsets after everything before it. Checked against a broker in this process.
import { afterEach, expect, test } from 'vitest';
import { BatchTooLarge } from '../../../../../src/domain/errors.js';
import type { FetchedRecords } from '../../../../../src/domain/ports/record-source.js';
import { recordsOf } from '../../../../support/kafka-decode.js';
import {
  type CodecName,
  controlBatch,
  type GivenBatch,
} from '../../../../support/kafka-record-sets.js';
import {
  batchOf,
  NEVER_ABORTED,
  type ScriptedKafka,
  spanOf,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';

const MEBIBYTE = 1_024 * 1_024;
const LIMIT = 2 * MEBIBYTE;

let scripted: ScriptedKafka;

afterEach(() => scripted.close());

/** Ten records with this many extra bytes, and values that the reader checks. */
function padded(first: number, bytes: number, codec: CodecName = 'gzip'): GivenBatch {
  const { records } = batchOf(first, 10);
  const headers = [{ key: 'padding', value: Buffer.alloc(bytes / 10, `${first} `) }];
  return { records: records.map((record) => ({ ...record, headers })), codec };
}

async function start(batches: GivenBatch[]) {
  // The broker in this process is slow to compute the checksums of large batches.
  const limits = { maxExpandedBatchBytes: LIMIT, fetchBytes: MEBIBYTE, requestTimeoutMs: 60_000 };
  scripted = await startScriptedKafka([{ batches }], { limits });
}

const read = () =>
  scripted.kafka.source.read(scripted.cluster.topic, [spanOf(0, 50)], NEVER_ABORTED);

async function nextOf(fetches: AsyncIterator<FetchedRecords, unknown>): Promise<FetchedRecords> {
  const next = await fetches.next();
  if (next.done) throw new Error('nothing more was fetched');
  return next.value;
}

async function offsetsAndSizes() {
  const found: { offsets: number[]; next: number; extra: boolean }[] = [];
  for await (const fetched of read()) {
    await fetched.open();
    const offsets = [...fetched.runs()].length === 0 ? [] : offsetsIn(fetched);
    found.push({ offsets, next: fetched.next, extra: fetched.extraBytes > 0 });
  }
  return found;
}

function offsetsIn(fetched: { runs(): Iterable<Parameters<typeof recordsOf>[0]> }): number[] {
  return [...fetched.runs()].flatMap((run) => [...recordsOf(run)].map(({ offset }) => offset));
}

test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
  '%s: large batches are slices of their own, in order, and small ones stay together',
  async (codec) => {
    await start([
      ...[batchOf(0, 10), padded(10, 1.2 * MEBIBYTE, codec), padded(20, 1.2 * MEBIBYTE, codec)],
      ...[batchOf(30, 10), batchOf(40, 10)],
    ]);
    expect(await offsetsAndSizes()).toEqual([
      { offsets: upTo(0, 10), next: 10, extra: false },
      { offsets: upTo(10, 20), next: 20, extra: true },
      { offsets: upTo(20, 30), next: 30, extra: true },
      { offsets: upTo(30, 50), next: 50, extra: false },
    ]);
  },
);

test('each slice reports the leaders that wrote its records, and only where that changes', async () => {
  const large = (first: number) => padded(first, 1.2 * MEBIBYTE);
  await start([
    ...[
      { ...batchOf(0, 10), leaderEpoch: 2 },
      { ...large(10), leaderEpoch: 4 },
    ],
    ...[
      { ...large(20), leaderEpoch: 4 },
      { ...batchOf(30, 10), leaderEpoch: 5 },
    ],
    { ...batchOf(45, 15), leaderEpoch: 7 },
  ]);
  const found: unknown[] = [];
  for await (const { leaderEpochs } of read()) found.push(leaderEpochs);
  expect(found).toEqual([
    [[2, 0]],
    [[4, 10]],
    [],
    [
      [5, 30],
      [7, 45],
    ],
  ]);
});

test('a batch that is too large is reported with its offsets, after the records before it', async () => {
  await start([batchOf(0, 10), padded(10, 5 * MEBIBYTE, 'zstd'), batchOf(20, 30)]);
  const fetches = read()[Symbol.asyncIterator]();
  const before = await nextOf(fetches);
  await before.open();
  expect(offsetsIn(before)).toEqual(upTo(0, 10));
  const large = await nextOf(fetches);
  const failure = await large.open().catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(BatchTooLarge);
  expect(failure).toMatchObject({
    ...{ partition: 0, first: 10, end: 20, records: 10, limitBytes: LIMIT },
  });
  expect(String(failure)).toMatch(/\[10, 20\).*expands to \d MiB.*read at most 2 MiB at once/);
  await fetches.return?.();
});

test('an uncompressed batch may be too large as well', async () => {
  await start([padded(0, 3 * MEBIBYTE, 'none'), batchOf(10, 40)]);
  const large = await nextOf(read()[Symbol.asyncIterator]());
  await expect(large.open()).rejects.toThrow(BatchTooLarge);
});

test('a large aborted batch is left out and not decompressed', async () => {
  const aborted = { ...padded(10, 5 * MEBIBYTE), producerId: 7n, isTransactional: true };
  await start([
    ...[batchOf(0, 10), aborted, controlBatch({ offset: 20, producerId: 7n, type: 'abort' })],
    ...[{ ...padded(21, 1.2 * MEBIBYTE), producerId: 7n, isTransactional: true }],
    ...[controlBatch({ offset: 31, producerId: 7n, type: 'commit' }), batchOf(32, 18)],
  ]);
  scripted.cluster.onFetch = () => ({ aborted: [{ producerId: 7n, firstOffset: 10 }] });
  const found = await offsetsAndSizes();
  expect(found.flatMap(({ offsets }) => offsets)).toEqual([
    ...upTo(0, 10),
    ...upTo(21, 31),
    ...upTo(32, 50),
  ]);
});

test('records of a large batch cannot be read before it is opened', async () => {
  await start([padded(0, 1.2 * MEBIBYTE), batchOf(10, 40)]);
  const large = await nextOf(read()[Symbol.asyncIterator]());
  expect(() => [...large.runs()]).toThrow(/before it was opened/);
});
