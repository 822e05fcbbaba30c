// Promise: whatever records, rows and dead letters there are, each record is classified by the rules, and nothing depends on how
// chunks are split. Checked by property against an oracle that uses lists and maps.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LetterSpan } from '../../../../src/domain/ports/table-contents.js';
import { createComparison } from '../../../../src/domain/verify/comparison.js';
import { type EpochReach, newestBegun, reachesOf } from '../../../../src/domain/verify/epochs.js';
import { NO_TALLY, type Tally } from '../../../../src/domain/verify/tally.js';

const FIRST = 100;
const MOST = 24;

interface World {
  readonly end: number;
  readonly records: ReadonlySet<number>;
  readonly rows: readonly { readonly epoch: number; readonly offset: number }[];
  readonly letters: readonly LetterSpan[];
  readonly filtered: ReadonlySet<number>;
  readonly committed: number | null;
  /** Offsets whose rows, of any epoch, are of the record there. */
  readonly ofTheRecord: ReadonlySet<number>;
  /** Offsets whose rows are of another event, though of the current epoch. */
  readonly others: ReadonlySet<number>;
}

const timeOf = (place: number) => 1_000 + place;

const offset = fc.integer({ min: FIRST, max: FIRST + MOST - 1 });
const epoch = fc.nat(2);
const status = fc.constantFrom('open' as const, 'redriven' as const, 'dropped' as const);
const letter = fc
  .record({
    epoch,
    first: offset,
    status,
    length: fc.integer({ min: 1, max: 8 }),
    isSkip: fc.boolean(),
    isOfTheRecord: fc.boolean(),
  })
  .map(({ length, isOfTheRecord, ...each }): LetterSpan => ({
    ...each,
    end: each.first + (each.isSkip ? length : 1),
    timestampMs: isOfTheRecord ? timeOf(each.first) : 0,
  }));
const offsets = fc.uniqueArray(offset, { maxLength: MOST }).map((list) => new Set(list));
const world: fc.Arbitrary<World> = fc.record({
  end: fc.constant(FIRST + MOST),
  records: offsets,
  rows: fc.array(fc.record({ epoch, offset }), { maxLength: 40 }),
  letters: fc.uniqueArray(letter, {
    maxLength: 10,
    selector: (each) => `${each.epoch}/${each.first}/${each.isSkip ? 'skip' : ''}`,
  }),
  filtered: offsets,
  committed: fc.option(offset),
  ofTheRecord: offsets,
  others: offsets,
});

function reaches({ rows, letters }: World): readonly EpochReach[] {
  const extents = [
    ...rows.map((row) => ({ ...row, partition: 0, first: row.offset, end: row.offset + 1 })),
    ...letters.map((each) => ({ ...each, partition: 0 })),
  ];
  return reachesOf(extents, 0);
}

/** Whether a row is of the event of the record at its offset. */
function isOfTheRecord(given: World, row: World['rows'][number]): boolean {
  return row.epoch >= newestBegun(reaches(given), row.offset)
    ? !given.others.has(row.offset)
    : given.ofTheRecord.has(row.offset);
}

/** Compares chunk by chunk, and all events, as an activity does. */
function compared(world: World, chunk: number): Tally {
  let tally = NO_TALLY;
  for (let first = FIRST; first < world.end; first += chunk) {
    const end = Math.min(world.end, first + chunk);
    const isIn = (place: number) => place >= first && place < end;
    const { committed } = world;
    const comparison = createComparison({ first, end, epochs: reaches(world), committed });
    const rows = world.rows.filter((row) => isIn(row.offset));
    for (const row of rows) comparison.addRow(row.epoch, row.offset);
    for (const each of world.letters) {
      if (each.first < end && each.end > first) comparison.addLetter(each);
    }
    for (const record of [...world.records].filter(isIn).sort((a, b) => a - b)) {
      const known = comparison.addRecord(record, timeOf(record));
      const isCompared = known === 'in-question' || comparison.hasRow(record);
      if (known === 'known' && !isCompared) continue;
      if (world.filtered.has(record)) comparison.setFiltered(record);
      else if (isCompared) comparison.identifyRecord(record, record);
    }
    for (const row of rows) {
      const identity = isOfTheRecord(world, row) ? row.offset : 7;
      comparison.identifyRow(row.epoch, row.offset, identity);
    }
    tally = comparison.addTo(tally);
  }
  return tally;
}

/** The rules, offset by offset, in the simplest form. */
function oracle(world: World) {
  const lost: number[] = [];
  const doubled: number[] = [];
  const counts = {
    records: world.records.size,
    rows: 0,
    open: 0,
    dropped: 0,
    redriven: 0,
    filtered: 0,
    skipped: 0,
    doubled: 0,
    withoutRecord: 0,
  };
  const epochs = [2, 1, 0];
  const reachOf = (wanted: number) => {
    const held = [
      ...world.rows
        .filter((row) => row.epoch === wanted)
        .map((row) => [row.offset, row.offset + 1]),
      ...world.letters
        .filter((each) => each.epoch === wanted)
        .map((each) => [each.first, each.end]),
    ];
    const first = Math.min(...held.map(([start]) => start!));
    return { first, end: Math.max(...held.map(([, end]) => end!)) };
  };
  for (let place = FIRST; place < world.end; place++) {
    const rowsOf = (wanted: number) =>
      world.rows.filter((row) => row.offset === place && row.epoch === wanted).length;
    const letterOf = (wanted: number) =>
      world.letters.find((each) => !each.isSkip && each.first === place && each.epoch === wanted);
    const newest = epochs.find((each) => rowsOf(each) > 0 || letterOf(each) !== undefined);
    const begun = epochs.find((each) => reachOf(each).first <= place);
    const around = epochs.find((each) => {
      const { first, end } = reachOf(each);
      return place >= first && place < end;
    });
    const isRecord = world.records.has(place);
    const isShown =
      newest === begun ||
      letterOf(newest!)?.timestampMs === timeOf(place) ||
      (rowsOf(newest!) > 0 && world.ofTheRecord.has(place) && !world.filtered.has(place));
    const counts_ = newest !== undefined && (!isRecord || isShown);
    const rows = counts_ ? rowsOf(newest) : 0;
    const found = counts_ ? letterOf(newest)?.status : undefined;
    const letters = found === 'open' || found === 'dropped' ? 1 : 0;
    counts.rows += rows;
    if (found !== undefined) counts[found] += 1;
    if (rows + letters > 1) {
      counts.doubled += rows + letters - 1;
      doubled.push(place);
    }
    const isSkipped = world.letters.some(
      (each) =>
        each.isSkip &&
        each.status !== 'redriven' &&
        place >= each.first &&
        place < each.end &&
        each.epoch >= (around ?? 0),
    );
    const isKnown = newest === begun || letterOf(newest!)?.timestampMs === timeOf(place);
    const isOther =
      isRecord &&
      counts_ &&
      isKnown &&
      rows > 0 &&
      letters === 0 &&
      !world.filtered.has(place) &&
      !isOfTheRecord(world, { offset: place, epoch: newest });
    if (isOther) counts.withoutRecord += 1;
    if (!isRecord) {
      if (rows + letters > 0) counts.withoutRecord += 1;
    } else if (rows + letters === 0 || isOther) {
      const isAsked = newest === undefined ? !isSkipped : !isOther && (!isShown || !counts_);
      if (found === 'redriven') lost.push(place);
      else if (isSkipped) counts.skipped += 1;
      else if (isAsked && world.filtered.has(place)) counts.filtered += 1;
      else lost.push(place);
    }
  }
  return { counts, lost, doubled };
}

function rangesOf(places: readonly number[]): readonly (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const place of places) {
    const last = ranges.at(-1);
    if (last?.[1] === place) last[1] = place + 1;
    else ranges.push([place, place + 1]);
  }
  return ranges;
}

const chunk = fc.integer({ min: 1, max: MOST });

test('every record is classified by the rules, however chunks are split', () => {
  fc.assert(
    fc.property(world, chunk, (given, size) => {
      const tally = compared(given, size);
      const { counts, lost, doubled } = oracle(given);
      expect(tally).toMatchObject(counts);
      expect(tally.lost).toBe(lost.length);
      expect(tally.lostRanges.first).toEqual(rangesOf(lost));
      expect(tally.doubledRanges.first).toEqual(rangesOf(doubled));
      expect(tally.lostUncommitted).toBe(
        lost.filter((place) => given.committed !== null && place >= given.committed).length,
      );
    }),
    { numRuns: 3_000 },
  );
});

test('the counts always add up to the records', () => {
  fc.assert(
    fc.property(world, chunk, (given, size) => {
      const { rows, open, dropped, filtered, skipped, lost, ...tally } = compared(given, size);
      expect(rows + open + dropped + filtered + skipped + lost).toBe(
        tally.records + tally.doubled + tally.withoutRecord,
      );
    }),
    { numRuns: 3_000 },
  );
});

test('every row is of the current epoch or an older one', () => {
  fc.assert(
    fc.property(world, chunk, (given, size) => {
      const { rows, olderEpochs } = compared(given, size);
      expect(rows + olderEpochs).toBe(given.rows.length);
    }),
  );
});

const world1 = (changes: Partial<World>): World => ({
  end: 110,
  records: new Set(),
  rows: [],
  letters: [],
  filtered: new Set(),
  committed: null,
  ofTheRecord: new Set(),
  others: new Set(),
  ...changes,
});
const row = (place: number, ofEpoch = 0) => ({ offset: place, epoch: ofEpoch });
const aLetter = (place: number, more: Partial<LetterSpan> = {}): LetterSpan => ({
  epoch: 0,
  first: place,
  end: place + 1,
  isSkip: false,
  status: 'open',
  timestampMs: timeOf(place),
  ...more,
});

test('a redriven dead letter must have exactly one row', () => {
  const given = world1({
    records: new Set([100, 101, 102]),
    rows: [row(101), row(102), row(102)],
    letters: [100, 101, 102].map((place) => aLetter(place, { status: 'redriven' })),
  });
  expect(compared(given, 10)).toMatchObject({ lost: 1, doubled: 1, redriven: 3, rows: 3 });
});

test('a row beside an open or a dropped dead letter is duplicated', () => {
  const given = world1({
    records: new Set([100, 101]),
    rows: [row(100), row(101)],
    letters: [aLetter(100), aLetter(101, { status: 'dropped' })],
  });
  expect(compared(given, 10)).toMatchObject({ doubled: 2, lost: 0, open: 1, dropped: 1 });
});

test('a row in a skipped range counts as a row, because somebody filled it', () => {
  const given = world1({
    records: new Set([100, 101, 102]),
    rows: [row(101)],
    letters: [aLetter(100, { isSkip: true, end: 103 })],
  });
  expect(compared(given, 10)).toMatchObject({ rows: 1, skipped: 2, doubled: 0, lost: 0 });
});

test('a range that was filled no longer excuses missing rows', () => {
  const given = world1({
    records: new Set([100, 101]),
    rows: [row(101)],
    letters: [aLetter(100, { isSkip: true, end: 102, status: 'redriven' })],
  });
  expect(compared(given, 10)).toMatchObject({ rows: 1, skipped: 0, lost: 1 });
});

const upTo = (end: number) => new Set(Array.from({ length: end - 100 }, (_, index) => 100 + index));

test('a replay supersedes existing rows and duplicates nothing', () => {
  const given = world1({
    records: upTo(104),
    rows: [...[100, 101, 102, 103].map((place) => row(place)), row(101, 1), row(102, 1)],
    ofTheRecord: upTo(104),
  });
  expect(compared(given, 10)).toMatchObject({ rows: 4, olderEpochs: 2, doubled: 0, lost: 0 });
});

test('rows of a recreated topic excuse no record of the new one', () => {
  const given = world1({
    records: upTo(104),
    rows: [...[100, 101, 102, 103].map((place) => row(place)), row(100, 1), row(103, 1)],
  });
  const tally = compared(given, 10);
  expect(tally).toMatchObject({ rows: 2, lost: 2, olderEpochs: 4, doubled: 0 });
  expect(tally.lostRanges.first).toEqual([[101, 103]]);
});

test('earlier rows stay in the old epoch when a live pipeline adopts the epoch of a replay', () => {
  const given = world1({
    records: upTo(106),
    rows: [...upTo(104)].map((place) => row(place)).concat(row(101, 1), row(104, 1), row(105, 1)),
    ofTheRecord: upTo(106),
  });
  expect(compared(given, 10)).toMatchObject({ rows: 6, lost: 0, doubled: 0, olderEpochs: 1 });
});
