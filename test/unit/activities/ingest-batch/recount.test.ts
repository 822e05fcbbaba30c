// Promise: a later attempt that gets different records for the same offsets than an earlier one says so, whatever the sizes of
// fetches, and says nothing if they are the same. Checked on random logs, read in random pieces.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRecount, type Recount } from '../../../../src/activities/ingest-batch/recount.js';

/** Reads a log of these offsets in fetches of this many records, up to `until`. */
function read(recount: Recount, offsets: readonly number[], size: number, until: number): void {
  for (let at = 0; at < offsets.length; at += size) {
    const some = offsets.slice(at, at + size);
    const next = (some.at(-1) ?? 0) + 1;
    recount.saw({ partition: 3, count: some.length, offsets: Float64Array.from(some) });
    if (next > until) return;
    recount.passed(3, next);
  }
  recount.passed(3, 1_000);
}

/** What heartbeats carry from one attempt to the next. */
const carried = (recount: Recount): unknown => JSON.parse(JSON.stringify(recount.counted()));

const log = fc
  .uniqueArray(fc.nat(999), { minLength: 1, maxLength: 100 })
  .map((offsets) => offsets.toSorted((a, b) => a - b));
const size = fc.integer({ min: 1, max: 30 });

test('the same log read in different pieces shows no difference, after any number of attempts', () => {
  fc.assert(
    fc.property(
      log,
      fc.array(fc.tuple(size, fc.nat(1_000)), { maxLength: 4 }),
      (offsets, reads) => {
        const told: string[] = [];
        let details: unknown = undefined;
        for (const [each, until] of [...reads, [7, 1_000] as const]) {
          const recount = createRecount(details, (what) => told.push(what));
          read(recount, offsets, each, until);
          details = carried(recount);
        }
        expect(told).toEqual([]);
      },
    ),
  );
});

test('a missing or added record is reported once, with partition and offset', () => {
  fc.assert(
    fc.property(log, size, size, fc.nat(), (offsets, first, second, at) => {
      const told: string[] = [];
      const before = createRecount(undefined, (what) => told.push(what));
      read(before, offsets, first, 1_000);
      const changed = offsets.filter((_, index) => index !== at % offsets.length);
      read(
        createRecount(carried(before), (what) => told.push(what)),
        changed,
        second,
        1_000,
      );
      expect(told).toEqual([
        expect.stringContaining(
          `returned ${offsets.length} records of partition 3 below offset 1000 to one attempt, but ${changed.length} to a later one`,
        ),
      ]);
    }),
  );
});

test('an attempt that got less far passes on the count of an earlier one', () => {
  const told: string[] = [];
  const log = [0, 1, 2, 3, 4, 5];
  const first = createRecount(undefined, (what) => told.push(what));
  read(first, log, 2, 1_000);
  const second = createRecount(carried(first), (what) => told.push(what));
  read(second, log, 2, 3);
  read(
    createRecount(carried(second), (what) => told.push(what)),
    [0, 1, 2, 3, 5],
    5,
    1_000,
  );
  expect(told).toHaveLength(1);
});

test('heartbeat details of another kind are no earlier count', () => {
  for (const details of [null, undefined, 'x', [1, 2], [['0', 1, 2]], { v: 1 }]) {
    expect(createRecount(details, () => undefined).counted()).toEqual([]);
  }
});
