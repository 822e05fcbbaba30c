// Promise: blocks of stream_events are the same with and without the engine, in their bytes, offsets, times and dead letters,
// wherever the plan splits them. Checked with arbitrary records, most of them valid, against the decoder without any fast path.
// MILLRACE_FUZZ_CASES sets how many.
import type { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../../src/domain/blocks/block.js';
import type { Cut } from '../../../src/domain/blocks/block-limits.js';
import { countedReaders } from '../../support/engine-cases/counted-readers.js';
import {
  aBuilder,
  anEvent,
  BYTES,
  type BuilderChanges,
  COLUMNS,
  ZOD,
} from '../domain/blocks/block-of.js';
import { blocksOfRun } from '../domain/blocks/blocks-of.js';
import { runOf } from '../domain/blocks/records-in-memory.js';
import { eventValues } from '../domain/formats/json/event-texts.js';

const cases = Number(process.env['MILLRACE_FUZZ_CASES'] ?? 20_000);
const TOGETHER = 50;

type Value = Buffer | string | null;

function blocksOf(values: readonly Value[], changes: BuilderChanges): readonly Block[] {
  // Offsets have gaps, as after compaction.
  const records = values.map((value, index) => ({ offset: index * 2, value }));
  return blocksOfRun(aBuilder(changes), runOf(0, records));
}

const { runReaders, appended } = countedReaders();

function expectSame(values: readonly Value[], cut: Partial<Cut> = {}): void {
  const engine = blocksOf(values, { cut, decoder: BYTES, runReaders });
  expect(engine).toEqual(blocksOf(values, { cut, decoder: ZOD }));
}

const cuts: fc.Arbitrary<Partial<Cut>> = fc.record({
  maxRows: fc.integer({ min: 1, max: 60 }),
  maxBytes: fc.integer({ min: 1, max: 20_000 }),
  maxTablePartitions: fc.integer({ min: 1, max: 4 }),
  tablePartition: fc.constantFrom('month', 'day', 'unknown'),
  // A table may lack columns, but all fields are still judged.
  columns: fc.constantFrom(COLUMNS, COLUMNS.slice(1, 3), [...COLUMNS].reverse()),
});

/** Mostly valid ones, so that the engine reads runs. */
const values: fc.Arbitrary<Value> = fc.oneof(
  { weight: 3, arbitrary: fc.nat().map((n) => anEvent({ event_id: `e${n}`, payload: { n } })) },
  { weight: 6, arbitrary: eventValues },
  { weight: 1, arbitrary: fc.constantFrom<Value>(null, '', anEvent({ metadata: null })) },
);

test(`${cases} arbitrary records make the same blocks`, () => {
  const before = appended();
  fc.assert(
    fc.property(fc.array(values, { minLength: TOGETHER, maxLength: TOGETHER }), cuts, expectSame),
    { numRuns: Math.ceil(cases / TOGETHER) },
  );
  // Otherwise nothing was compared.
  expect(appended() - before).toBeGreaterThan(cases / TOGETHER);
}, 3_600_000);

test('records longer than the memory of one call make the same blocks', () => {
  const long = anEvent({ event_id: 'x'.repeat(300 * 1_024) });
  const before = appended();
  expectSame([anEvent(), long, anEvent(), anEvent({ source: 'é'.repeat(100_000) }), long]);
  expect(appended() - before).toBeGreaterThan(1);
});

test('the engine does not bypass a decoder that judges every record', () => {
  const before = appended();
  blocksOf([anEvent(), anEvent()], { decoder: ZOD, runReaders });
  expect(appended()).toBe(before);
});
