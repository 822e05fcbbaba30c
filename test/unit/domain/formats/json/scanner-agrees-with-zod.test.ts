// Promise: the byte scanner accepts only what zod accepts, with the same row byte for byte, and whatever it leaves to zod
// becomes the same row or the same rejection as without the scanner. Checked by building blocks both ways from arbitrary
// records: valid, unusual, mutated. MILLRACE_FUZZ_CASES sets how many; a failure prints its seed and its shortest form.
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Block } from '../../../../../src/domain/blocks/block.js';
import { createColumnPool } from '../../../../../src/domain/blocks/column-buffer.js';
import { EVENT_CONTRACT } from '../../../../../src/domain/contract/event-contract.js';
import type { Decoder } from '../../../../../src/domain/formats/decoder.js';
import { createScanner } from '../../../../../src/domain/formats/json/scanner.js';
import { aBuilder, BYTES, copyOf, ZOD } from '../../blocks/block-of.js';
import { readRows } from '../../blocks/read-native.js';
import { runOf } from '../../blocks/records-in-memory.js';
import { eventValues } from './event-texts.js';

const cases = Number(process.env['MILLRACE_FUZZ_CASES'] ?? 50_000);
/** Records of one block: this many cases for the cost of one builder. */
const TOGETHER = 10;
const pool = createColumnPool();
const seen = { sure: 0, rows: 0, rejected: 0 };

function build(decoder: Decoder, values: readonly Buffer[]): Block {
  const builder = aBuilder({ decoder, pool });
  const records = values.map((value, index) => ({
    offset: 7 + 2 * index,
    value,
    timestamp: index,
  }));
  builder.add(runOf(0, records), 0);
  const block = builder.finish();
  const copy = copyOf(block);
  builder.release(block);
  return copy;
}

/** The texts of objects are the record's own, and equal what JSON.parse found. */
function assertOwnTexts(block: Block, values: readonly Buffer[]): void {
  for (const row of readRows(block)) {
    const value = values[(Number(row['_offset']) - 7) / 2]!;
    const event = JSON.parse(value.toString()) as Record<string, unknown>;
    for (const column of ['payload', 'metadata']) {
      const text = row[column] as Buffer;
      const parsed: unknown = JSON.parse(text.toString());
      if (!isDeepStrictEqual(parsed, event[column] ?? {}))
        throw new Error(`${column}: ${String(text)}`);
      if (event[column] !== undefined && !value.includes(text))
        throw new Error(`not sent: ${String(text)}`);
    }
  }
}

test(`${cases} records produce the same rows with and without the scanner`, () => {
  const scanner = createScanner(EVENT_CONTRACT);
  fc.assert(
    fc.property(fc.array(eventValues, { minLength: TOGETHER, maxLength: TOGETHER }), (values) => {
      const byBytes = build(BYTES, values);
      const byZod = build(ZOD, values);
      if (!isDeepStrictEqual(byBytes, byZod)) expect(byBytes).toEqual(byZod);
      assertOwnTexts(byZod, values);
      const rejected = new Set(byZod.deadLetters.map(({ offset }) => offset));
      for (const [index, value] of values.entries()) {
        const isSure = scanner.scan(value, 0, value.length);
        if (isSure && rejected.has(7 + 2 * index)) throw new Error(`sure of ${String(value)}`);
        seen.sure += Number(isSure);
      }
      seen.rows += byZod.rows;
      seen.rejected += byZod.deadLetters.length;
    }),
    { numRuns: cases / TOGETHER },
  );
}, 3_600_000);

// Cases that never reach one of the two paths would prove nothing.
afterAll(() => {
  expect(seen.sure).toBeGreaterThan(cases / 4);
  expect(seen.rows - seen.sure).toBeGreaterThan(cases / 50);
  expect(seen.rejected).toBeGreaterThan(cases / 10);
});
