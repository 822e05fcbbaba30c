// Promise: verify checks the event of enough rows to find a log that was replaced behind any election, always the same ones, and
// never more than a few thousand. Checked on streams of offsets, and on a chunk over in-memory ports.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { verifyChunk } from '../../../../src/activities/verify-slice/verify-chunk.js';
import type { Decoder } from '../../../../src/domain/formats/decoder.js';
import { eventJudge } from '../../../../src/domain/formats/record-judge.js';
import type { LeaderEpochs } from '../../../../src/domain/log/leader-epochs.js';
import type { TableContents } from '../../../../src/domain/ports/table-contents.js';
import { createSample } from '../../../../src/domain/verify/sample.js';
import { NO_TALLY } from '../../../../src/domain/verify/tally.js';
import { aVerifyPlan } from '../../../support/verify-builders.js';

function taken(
  range: { first: number; end: number },
  offsets: readonly number[],
  epochs: LeaderEpochs = [],
) {
  const sample = createSample(range);
  sample.fetched(epochs);
  for (const offset of offsets) sample.takes(offset);
  return sample.offsets;
}
const from = (first: number, end: number) =>
  Array.from({ length: end - first }, (_, index) => first + index);

test('the sample has the first of every thousand offsets and the last of all', () => {
  expect(taken({ first: 500, end: 3_100 }, from(500, 3_100))).toEqual([500, 1_500, 2_500, 3_099]);
});

test('the next record replaces a sampled offset in a hole of compaction', () => {
  expect(taken({ first: 0, end: 5_000 }, [7, 8, 2_500, 2_600, 4_000])).toEqual([7, 2_500, 4_000]);
});

test('the first record after each election is sampled once', () => {
  const epochs: LeaderEpochs = [
    [3, 0],
    [4, 300],
    [5, 310],
    [6, 311],
  ];
  const offsets = from(0, 400).filter((offset) => offset !== 310);
  expect(taken({ first: 0, end: 400 }, offsets, epochs)).toEqual([0, 300, 311, 399]);
});

test('fetches that continue in the same epoch are no election', () => {
  const sample = createSample({ first: 0, end: 100 });
  const seen = [0, 30, 60].map((first) => {
    sample.fetched([[3, first]]);
    return from(first, first + 30).filter((offset) => sample.takes(offset));
  });
  expect(seen).toEqual([[0], [], []]);
});

const RECORDS = 5_000;
/** Epoch 3, and 4 from 4,200 on, where a log was truncated. */
const EPOCHS: LeaderEpochs = [
  [3, 0],
  [4, 4_200],
];
const identityOf = (id: string) => createHash('md5').update(id).digest().readUInt32LE(0);

/** A chunk whose rows have the events of the records, except those in `others`. */
async function chunk(others: (offset: number) => boolean, hasIds = true) {
  const asked: (number | 'all')[] = [];
  const plan = aVerifyPlan([RECORDS]);
  const slice = { ...plan, hasDeadLetters: false, range: plan.partitions[0]!, before: NO_TALLY };
  const bytes = Buffer.from(
    from(0, RECORDS)
      .map((offset) => String(offset).padStart(4))
      .join(''),
  );
  const run = {
    ...{ partition: 0, count: RECORDS, bytes },
    offsets: Float64Array.from(from(0, RECORDS)),
    timestamps: new Float64Array(RECORDS),
    valueStarts: Int32Array.from(from(0, RECORDS), (offset) => 4 * offset),
    valueEnds: Int32Array.from(from(0, RECORDS), (offset) => 4 * offset + 4),
  };
  const source = {
    async *read() {
      yield { partition: 0, next: RECORDS, leaderEpochs: EPOCHS, runs: () => [run] };
    },
  };
  const contents = {
    readRows: (_: unknown, __: string, ___: unknown, onRow: (epoch: number, o: number) => void) => {
      for (const offset of from(0, RECORDS)) onRow(0, offset);
      return Promise.resolve();
    },
    readIdentities: (...[, , range, onRow]: Parameters<TableContents['readIdentities']>) => {
      asked.push(range.only?.length ?? 'all');
      for (const offset of hasIds ? (range.only ?? from(0, RECORDS)) : []) {
        onRow(0, offset, identityOf(others(offset) ? 'another' : String(offset)));
      }
      return Promise.resolve();
    },
  };
  const decode = (value: Buffer) => ({ kind: 'row', row: { event_id: String(value).trim() } });
  const tally = await verifyChunk(
    slice,
    { first: 0, end: RECORDS, before: NO_TALLY },
    {
      ...{ source: source as never, contents: contents as never },
      contracts: { judgeOf: () => eventJudge({ scanner: {}, decode } as unknown as Decoder) },
      memory: { open: () => Promise.resolve(() => undefined) },
      signal: new AbortController().signal,
      createBuilder: () => {
        throw new Error('only offsets are compared');
      },
    },
  );
  return { tally, asked };
}

test('a matching sample ends the comparison', async () => {
  const { tally, asked } = await chunk(() => false);
  // The five multiples of a thousand, the last one, and the one after the election.
  expect(asked).toEqual([7]);
  expect(tally).toMatchObject({ records: RECORDS, rows: RECORDS, lost: 0, identified: 7 });
});

test('one row of another event after an election is found, and the whole chunk is then compared', async () => {
  const { tally, asked } = await chunk((offset) => offset === 4_200);
  expect(asked).toEqual([7, 'all']);
  expect(tally).toMatchObject({ lost: 1, otherEvents: 1, withoutRecord: 1, identified: RECORDS });
  expect(tally.lostRanges.first).toEqual([[4_200, 4_201]]);
});

test('every row of another event is counted, with its range', async () => {
  const { tally } = await chunk((offset) => offset >= 4_200 && offset < 4_900);
  expect(tally).toMatchObject({ lost: 700, otherEvents: 700, doubled: 0 });
  expect(tally.lostRanges.first).toEqual([[4_200, 4_900]]);
});

test('rows without an id are not mistaken for others', async () => {
  const { tally } = await chunk(() => false, false);
  expect(tally).toMatchObject({ lost: 0, identified: 0 });
});
