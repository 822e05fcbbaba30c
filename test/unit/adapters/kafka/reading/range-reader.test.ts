// Promise: a range is read to its exact end, or an error says why not. Nothing counts as read that was not, and no position is
// moved. Checked against brokers in this process that do what is rare for real ones: compacted ends, throttling, slow storage,
// logs that became shorter.
import { afterEach, expect, test } from 'vitest';
import { OffsetOutOfRange } from '../../../../../src/domain/errors.js';
import { recordsOf } from '../../../../support/kafka-decode.js';
import { type GivenBatch, controlBatch } from '../../../../support/kafka-record-sets.js';
import {
  HUNDRED,
  NEVER_ABORTED,
  type ScriptedKafka,
  batchOf,
  spanOf,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

test('a range is read exactly, even from and to the middle of batches', async () => {
  const { read } = await start([{ batches: HUNDRED }]);
  for (const [first, end] of [
    [0, 100],
    [37, 63],
    [50, 51],
    [99, 100],
  ] as const) {
    expect(await read(first, end)).toEqual({ offsets: upTo(first, end), next: end });
  }
  expect(await read(50, 50)).toEqual({ offsets: [], next: 50 });
});

test('ranges are read in order, even with small fetches', async () => {
  const { cluster, kafka } = await start([{ batches: HUNDRED }, { batches: HUNDRED }], {
    limits: { fetchBytes: 600 },
  });
  const seen: (readonly [number, number])[] = [];
  const ranges = [spanOf(20, 80, 1), spanOf(0, 15, 0)];
  for await (const fetched of kafka.source.read(cluster.topic, ranges, NEVER_ABORTED)) {
    for (const run of fetched.runs()) {
      for (const { offset } of recordsOf(run)) seen.push([run.partition, offset]);
    }
  }
  expect(seen).toEqual([
    ...upTo(20, 80).map((offset) => [1, offset]),
    ...upTo(0, 15).map((offset) => [0, offset]),
  ]);
  expect(cluster.fetches.length).toBeGreaterThan(3);
});

test('the reader skips holes of compaction in one fetch', async () => {
  const { cluster, read } = await start([{ batches: [batchOf(0, 10), batchOf(5_000, 10)] }]);
  expect(await read(0, 5_010)).toEqual({
    offsets: [...upTo(0, 10), ...upTo(5_000, 5_010)],
    next: 5_010,
  });
  expect(cluster.fetches.length).toBeLessThanOrEqual(2);
  expect(await read(10, 4_000)).toEqual({ offsets: [], next: 4_000 });
});

test('the header of a batch determines its end, not its last record', async () => {
  const tail: GivenBatch = { ...batchOf(10, 5), lastOffset: 899 };
  const empty: GivenBatch = { records: [], baseOffset: 900, lastOffset: 999 };
  const { cluster, read } = await start([{ batches: [batchOf(0, 10), tail, empty] }]);
  expect(await read(0, 1_000)).toEqual({ offsets: upTo(0, 15), next: 1_000 });
  expect(cluster.fetches.length).toBe(1);
});

test('a control record at the end completes the range', async () => {
  const marker = controlBatch({ offset: 10, producerId: 1n, type: 'commit' });
  const { read } = await start([{ batches: [batchOf(0, 10), marker] }]);
  expect(await read(0, 11)).toEqual({ offsets: upTo(0, 10), next: 11 });
  expect(await read(10, 11)).toEqual({ offsets: [], next: 11 });
});

test('an open transaction after a hole proves the hole', async () => {
  const open = { ...batchOf(50, 5), producerId: 4n, isTransactional: true };
  const { read } = await start([
    { batches: [batchOf(0, 10), open], lastStableOffset: 50, highWatermark: 55 },
  ]);
  expect(await read(0, 50)).toEqual({ offsets: upTo(0, 10), next: 50 });
});

test('an answer without records is not a hole, because the records may still arrive', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }]);
  let empty = 4;
  // Slow storage: answers without records, of a log that has them.
  cluster.onFetch = () => (empty-- > 0 ? { records: Buffer.alloc(0) } : 'log');
  expect(await read(0, 100)).toEqual({ offsets: upTo(0, 100), next: 100 });
});

test('records that never arrive are an error in the end', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }], { limits: { retryForMs: 800 } });
  cluster.onFetch = () => ({ records: Buffer.alloc(0) });
  await expect(read(0, 100)).rejects.toThrow(
    /sends no records for offsets 0 to 100 of partition 0/,
  );
});

test('throttled answers are neither the end of the range nor a failure, however many arrive', async () => {
  const { read, cluster } = await start([{ batches: HUNDRED }], { limits: { retryForMs: 100 } });
  let throttled = 4;
  cluster.onFetch = () => (throttled-- > 0 ? 'throttled' : 'log');
  expect(await read(0, 100)).toEqual({ offsets: upTo(0, 100), next: 100 });
});

test('offsets below the log are out of range', async () => {
  const { read } = await start([{ batches: HUNDRED.slice(5), logStart: 50 }]);
  const error = await read(49, 100).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(OffsetOutOfRange);
  expect(error).toMatchObject({ partition: 0, offset: 49, logStart: 50, end: 100 });
});

test('offsets beyond the log are out of range, after the existing records are returned', async () => {
  const { kafka, read } = await start([{ batches: HUNDRED }], { limits: { retryForMs: 600 } });
  await expect(read(150, 160)).rejects.toMatchObject({ name: 'OffsetOutOfRange', offset: 150 });
  const seen: number[] = [];
  const reading = async () => {
    for await (const fetched of kafka.source.read('scripted', [spanOf(90, 120)], NEVER_ABORTED)) {
      seen.push(fetched.next);
    }
  };
  await expect(reading()).rejects.toMatchObject({
    name: 'OffsetOutOfRange',
    offset: 100,
    end: 100,
  });
  expect(seen).toEqual([100]);
});

test('a leader that is briefly behind is asked again', async () => {
  const { cluster, read } = await start([{ batches: HUNDRED }]);
  let behind = 2;
  cluster.onFetch = () => (behind-- > 0 ? { code: 1 } : 'log');
  expect((await read(0, 100)).offsets.length).toBe(100);
});

test('offsets that a transaction holds open have an error of their own', async () => {
  const open = { ...batchOf(100, 5), producerId: 4n, isTransactional: true };
  const { read } = await start([{ batches: [...HUNDRED, open], lastStableOffset: 100 }], {
    limits: { retryForMs: 600 },
  });
  await expect(read(100, 105)).rejects.toThrow(/transaction is open from offset 100 on/);
});

test('a released slice is not overwritten by other records', async () => {
  const { kafka } = await start([{ batches: HUNDRED }], { limits: { fetchBytes: 600 } });
  const slices = kafka.source
    .read('scripted', [spanOf(0, 100)], NEVER_ABORTED)
    [Symbol.asyncIterator]();
  const first = await slices.next();
  if (first.done) throw new Error('nothing was read');
  const runs = first.value.runs()[Symbol.iterator]();
  runs.next();
  await slices.next();
  expect(() => runs.next()).toThrow(/after the next ones had been requested/);
  expect(() => [...first.value.runs()]).toThrow(/requested/);
  await slices.return?.();
});

test('the last fetch of a range asks for little more than its rest', async () => {
  const batches = Array.from({ length: 400 }, (_, index) => batchOf(index * 10, 10));
  const { cluster, read } = await start([{ batches }], { limits: { fetchBytes: 1_000_000 } });
  await read(0, 2_000);
  await read(2_000, 2_100);
  const [before, last] = [cluster.fetches[0]!, cluster.fetches.at(-1)!];
  expect(before.maxBytes).toBe(1_000_000);
  expect(last.maxBytes).toBeLessThan(80_000);
});
