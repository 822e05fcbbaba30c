// Promise: all ranges of a read that one broker leads need one request, brokers are asked in parallel, and a fault of one
// partition or broker affects only the ranges after it. Checked against brokers in this process, which record every request.
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { OffsetSpan } from '../../../../../src/domain/records/offset-range.js';
import type { FetchedRecords } from '../../../../../src/domain/ports/record-source.js';
import { recordsOf } from '../../../../support/kafka-decode.js';
import type { GivenBatch } from '../../../../support/kafka-record-sets.js';
import {
  HUNDRED,
  NEVER_ABORTED,
  type ScriptedKafka,
  batchOf,
  spanOf,
  startScriptedKafka,
  upTo,
} from '../../../../support/kafka-scripted-reader.js';
import { waitUntil } from '../../../../support/wait-until.js';

const KIBIBYTE = 1_024;

let scripted: ScriptedKafka;

async function start(...given: Parameters<typeof startScriptedKafka>) {
  scripted = await startScriptedKafka(...given);
  return scripted;
}

afterEach(() => scripted.close());

function open(ranges: readonly OffsetSpan[], signal = NEVER_ABORTED, isImpatient = false) {
  const { kafka, cluster } = scripted;
  return kafka.source.read(cluster.topic, ranges, signal, { isImpatient })[Symbol.asyncIterator]();
}

type Seen = readonly [partition: number, offset: number];

/** Checks every value, too. */
async function seenIn(fetched: FetchedRecords): Promise<readonly Seen[]> {
  await fetched.open();
  return [...fetched.runs()].flatMap((run) =>
    [...recordsOf(run)].map(({ offset, value }): Seen => {
      expect(value?.toString()).toBe(`value ${offset}`);
      return [run.partition, offset];
    }),
  );
}

async function readAll(ranges: readonly OffsetSpan[]): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const fetches = open(ranges);
  for (let next = await fetches.next(); !next.done; next = await fetches.next()) {
    seen.push(...(await seenIn(next.value)));
  }
  return seen;
}

function seenOf(ranges: readonly OffsetSpan[]): readonly Seen[] {
  return ranges.flatMap(({ partition, first, end }) =>
    upTo(first, end).map((offset): Seen => [partition, offset]),
  );
}

/** Ten records with this many extra bytes. */
function padded(first: number, bytes: number): GivenBatch {
  const { records } = batchOf(first, 10);
  const headers = [{ key: 'padding', value: Buffer.alloc(bytes / 10, `${first} `) }];
  return { records: records.map((record) => ({ ...record, headers })) };
}

const whole = (partition: number) => spanOf(0, 100, partition);

test('256 partitions need one request to each broker, and arrive in the order of the ranges', async () => {
  const partitions = Array.from({ length: 256 }, (_, index) => {
    return { batches: HUNDRED, leader: index % 3 };
  });
  const { cluster } = await start(partitions, { brokers: 3 });
  const ranges = partitions.map((_, partition) => spanOf(partition % 50, 60, partition));
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
  const asked = cluster.fetchRequests.map((fetches) => [fetches[0]?.broker, fetches.length]);
  expect(asked.sort()).toEqual([
    [0, 86],
    [1, 85],
    [2, 85],
  ]);
});

test('ranges that an answer has no room for are requested again, with the next needed one first', async () => {
  // Only a part of the fourth batch of an answer would fit.
  const partitions = Array.from({ length: 8 }, () => ({ batches: [batchOf(0, 100)] }));
  const { cluster } = await start(partitions, { limits: { fetchBytes: 6_000 } });
  const ranges = partitions.map((_, partition) => whole(partition));
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
  const { fetchRequests, fetches } = cluster;
  for (const request of fetchRequests) {
    const order = request.map(({ partition }) => partition);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  }
  const firsts = fetchRequests.map(([first]) => first?.partition ?? -1);
  expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
  expect(fetchRequests.length).toBeLessThan(8);
  expect(fetches.length).toBeGreaterThan(8);
  // An answer without room proves nothing about holes.
  expect(fetches.filter(({ isolation }) => isolation === 'uncommitted')).toEqual([]);
});

test('only the log proves that a partition without records among others is a hole', async () => {
  const late = [batchOf(0, 10), batchOf(5_000, 10)];
  const open = { ...batchOf(50, 5), producerId: 4n, isTransactional: true };
  const { cluster } = await start([
    { batches: HUNDRED },
    { batches: [batchOf(0, 10), open], lastStableOffset: 50, highWatermark: 55 },
    { batches: late },
  ]);
  const ranges = [whole(0), spanOf(10, 50, 1), spanOf(10, 4_000, 2)];
  expect(await readAll(ranges)).toEqual(seenOf([whole(0)]));
  const probes = cluster.fetches.filter(({ isolation }) => isolation === 'uncommitted');
  expect(probes.map(({ partition }) => partition)).toEqual([1]);
});

test('a partition that was refused is requested again, and the others of the answer are used', async () => {
  const { cluster } = await start([0, 1, 2].map(() => ({ batches: HUNDRED })));
  const refusals = [6, 1, 9];
  cluster.onFetch = ({ partition }) => {
    const code = partition === 1 ? refusals.shift() : undefined;
    return code === undefined ? 'log' : { code, records: Buffer.alloc(0) };
  };
  const ranges = [whole(0), whole(1), whole(2)];
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
  const asked = cluster.fetchRequests.map((fetches) => fetches.map(({ partition }) => partition));
  expect(asked).toEqual([[0, 1, 2], [1], [1], [1]]);
});

test('a partition that a quota leaves out is requested again', async () => {
  const { cluster } = await start(
    [0, 1].map(() => ({ batches: HUNDRED })),
    {
      limits: { retryForMs: 100 },
    },
  );
  let left = 3;
  cluster.onFetch = ({ partition }) => (partition === 1 && left-- > 0 ? 'throttled' : 'log');
  const ranges = [whole(0), whole(1)];
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
});

test('the error of a range is thrown after all records before it, and nothing after it is returned', async () => {
  const damaged = Buffer.alloc(200, 2);
  for (const [fault, message] of [
    ['log', /offset 0 of partition 1 is not in the log/],
    [{ code: 0, records: damaged }, /partition 1 .* can't be read/],
  ] as const) {
    const { cluster } = await start([
      { batches: HUNDRED },
      { batches: HUNDRED.slice(5), logStart: 50 },
      { batches: HUNDRED },
    ]);
    cluster.onFetch = ({ partition }) => (partition === 1 ? fault : 'log');
    const fetches = open([whole(0), whole(1), whole(2)]);
    const first = await fetches.next();
    if (first.done) throw new Error('nothing was read');
    expect(await seenIn(first.value)).toEqual(seenOf([whole(0)]));
    await expect(fetches.next()).rejects.toThrow(message);
    await scripted.close();
  }
});

test('the memory of an answer is reused only when all of it was read', async () => {
  const batches = Array.from({ length: 10 }, (_, index) => padded(10 * index, 30 * KIBIBYTE));
  const partitions = Array.from({ length: 6 }, () => ({ batches }));
  const { cluster } = await start(partitions, { limits: { fetchBytes: KIBIBYTE * KIBIBYTE } });
  const ranges = partitions.map((_, partition) => whole(partition));
  // The size of records is known from here on.
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
  cluster.fetchRequests.length = 0;
  const fetches = open(ranges);
  const seen: Seen[] = [];
  for (let next = await fetches.next(); !next.done; next = await fetches.next()) {
    // Other reads take whatever memory is free.
    expect(await readAll(ranges)).toEqual(seenOf(ranges));
    seen.push(...(await seenIn(next.value)));
  }
  expect(seen).toEqual(seenOf(ranges));
  expect(cluster.fetchRequests[0]?.length).toBeGreaterThan(1);
});

/** Eight partitions, each with its own broker and a MiB of records. */
async function startEight(fetchBytes: number) {
  const batches = Array.from({ length: 10 }, (_, index) => padded(10 * index, 100 * KIBIBYTE));
  const partitions = Array.from({ length: 8 }, (_, leader) => ({ batches, leader }));
  await start(partitions, { brokers: 8, limits: { fetchBytes } });
  return partitions.map((_, partition) => whole(partition));
}

test('no more brokers are asked at once than there is memory for', async () => {
  const ranges = await startEight(200 * KIBIBYTE);
  const { cluster } = scripted;
  cluster.isHeld = (name) => name === 'Fetch';
  const fetches = open(ranges);
  const first = fetches.next();
  const asked = () => cluster.seen.filter((name) => name.startsWith('Fetch')).length;
  // Each request asks for half of a fetch, and three fetches fit in memory beside the current one.
  await waitUntil(() => asked() === 6, { what: 'six brokers are asked' });
  for (let turns = 0; turns < 200; turns++) await turn();
  expect(asked()).toBe(6);
  cluster.answerHeld();
  const taken = await first;
  expect(taken.done ? null : taken.value.partition).toBe(0);
  await fetches.return?.();
});

test('the next needed range is requested though memory is full of later ones', async () => {
  const ranges = await startEight(200 * KIBIBYTE);
  const { cluster } = scripted;
  cluster.partitions[0]!.leader = -1;
  const reading = readAll(ranges);
  await waitUntil(() => new Set(cluster.fetches.map(({ partition }) => partition)).size >= 5, {
    what: 'the others are read ahead',
  });
  const looks = () => cluster.seen.filter((name) => name.startsWith('Metadata')).length;
  const before = looks();
  await waitUntil(() => looks() > before + 1, { what: 'their answers are here' });
  cluster.partitions[0]!.leader = 0;
  expect(await reading).toEqual(seenOf(ranges));
});

test('a broker that hangs delays only the ranges after its own', async () => {
  const { cluster } = await start(
    [{ batches: HUNDRED }, { batches: HUNDRED, leader: 1 }, { batches: HUNDRED }],
    { brokers: 2 },
  );
  cluster.isHeld = (name, broker) => name === 'Fetch' && broker === 1;
  const fetches = open([whole(0), whole(1), whole(2)]);
  const first = await fetches.next();
  if (first.done) throw new Error('nothing was read');
  expect(await seenIn(first.value)).toEqual(seenOf([whole(0)]));
  const second = fetches.next();
  await waitUntil(() => cluster.seen.includes('Fetch 1'), { what: 'the other broker is asked' });
  cluster.answerHeld();
  const next = await second;
  if (next.done) throw new Error('it ended');
  expect(await seenIn(next.value)).toEqual(seenOf([whole(1)]));
  await fetches.return?.();
});

test('a leader that was down is no failure if it is back when its range is needed', async () => {
  const { cluster } = await start([{ batches: HUNDRED }, { batches: HUNDRED, leader: -1 }], {
    limits: { silentAfterMs: 50, retryForMs: 50 },
  });
  for (const isImpatient of [false, true]) {
    cluster.partitions[1]!.leader = -1;
    cluster.seen.length = 0;
    const fetches = open([whole(0), whole(1)], NEVER_ABORTED, isImpatient);
    const first = await fetches.next();
    if (first.done) throw new Error('nothing was read');
    expect(await seenIn(first.value)).toEqual(seenOf([whole(0)]));
    const looks = () => cluster.seen.filter((name) => name.startsWith('Metadata')).length;
    await waitUntil(() => looks() > 3, { what: 'it has been asked for longer than allowed' });
    cluster.fetches.length = 0;
    cluster.partitions[1]!.leader = 0;
    await waitUntil(() => cluster.fetches.some(({ partition }) => partition === 1), {
      what: 'it is read ahead',
    });
    // Requests of one connection are answered in order, so its records have arrived by then.
    await scripted.kafka.source
      .read('scripted', [whole(1)], NEVER_ABORTED)
      [Symbol.asyncIterator]()
      .next();
    const second = await fetches.next();
    if (second.done) throw new Error('it ended');
    expect(await seenIn(second.value)).toEqual(seenOf([whole(1)]));
    expect((await fetches.next()).done).toBe(true);
  }
});

test('two ranges of one partition are read in order', async () => {
  await start([{ batches: HUNDRED }]);
  const ranges = [spanOf(10, 20), spanOf(50, 61), spanOf(0, 5)];
  expect(await readAll(ranges)).toEqual(seenOf(ranges));
});

test('an abort while the caller works ends the next step, with its own reason', async () => {
  await start([0, 1].map(() => ({ batches: HUNDRED })));
  const controller = new AbortController();
  const fetches = open([whole(0), whole(1)], controller.signal);
  await fetches.next();
  controller.abort(new Error('the activity was cancelled'));
  await expect(fetches.next()).rejects.toThrow('the activity was cancelled');
});

test('an aborted signal sends no request', async () => {
  const { cluster } = await start([{ batches: HUNDRED }]);
  const signal = AbortSignal.abort(new Error('cancelled before'));
  await expect(open([whole(0)], signal).next()).rejects.toThrow('cancelled before');
  expect(cluster.seen).toEqual([]);
});

test('a caller that stops reading ends the work, and later failures are not unhandled', async () => {
  const { cluster } = await start([{ batches: HUNDRED }, { batches: HUNDRED, leader: 1 }], {
    brokers: 2,
  });
  cluster.isHeld = (name, broker) => name === 'Fetch' && broker === 1;
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  const fetches = open([whole(0), whole(1)]);
  await fetches.next();
  await waitUntil(() => cluster.seen.includes('Fetch 1'), { what: 'the other broker is asked' });
  await fetches.return?.();
  await cluster.stop(1);
  for (let turns = 0; turns < 20; turns++) await turn();
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
