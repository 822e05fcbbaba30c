// Promise: the result of a record is fixed. Every record of test/fixtures/events becomes the row, or gets the stage, reason and
// field, that the file states, with and without the scanner, and common formats stay on the fast path.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_CONTRACT } from '../../../../../src/domain/contract/event-contract.js';
import { createScanner } from '../../../../../src/domain/formats/json/scanner.js';
import { aBuilder, BYTES, COLUMNS, ZOD } from '../../blocks/block-of.js';
import { readRows } from '../../blocks/read-native.js';
import { runOf } from '../../blocks/records-in-memory.js';

interface Accepted {
  readonly what: string;
  readonly value: string;
  /** `bytes`: the scanner is sure of it. */
  readonly way: 'bytes' | 'zod';
  readonly row: Readonly<Record<string, string | number>>;
}

interface Rejected {
  readonly what: string;
  readonly value?: string | null;
  /** For bytes that a JSON file cannot hold. */
  readonly hex?: string;
  readonly stage: string;
  readonly reason: string;
  readonly path: string;
}

const accepted = fixture('accepted.json') as readonly Accepted[];
const rejected = fixture('rejected.json') as readonly Rejected[];
const ways = [
  ['the scanner', BYTES],
  ['zod alone', ZOD],
] as const;

for (const [name, decoder] of ways) {
  test.each(accepted)(`with ${name}, a row: $what`, ({ value, row }) => {
    const builder = aBuilder({ decoder, cut: { columns: COLUMNS.slice(0, 6) } });
    builder.add(runOf(0, [{ offset: 0, value }]), 0);
    const block = builder.finish();
    expect(block.deadLetters).toEqual([]);
    const [found = {}] = readRows(block);
    const texts = Object.entries(found).map(([column, stored]) => [
      column,
      typeof stored === 'number' ? stored : String(stored),
    ]);
    expect(Object.fromEntries(texts)).toEqual(row);
  });

  test.each(rejected)(`with ${name}, a dead letter: $what`, (record) => {
    const value = record.hex === undefined ? record.value! : Buffer.from(record.hex, 'hex');
    const builder = aBuilder({ decoder });
    builder.add(runOf(0, [{ offset: 0, value }]), 0);
    const block = builder.finish();
    expect(block.rows).toBe(0);
    const { stage, reason, path } = record;
    expect(block.deadLetters).toMatchObject([{ stage, reason, path }]);
  });
}

test.each(accepted)('the expected decoder handles $what', ({ value, way }) => {
  const bytes = Buffer.from(value);
  const isSure = createScanner(EVENT_CONTRACT).scan(bytes, 0, bytes.length);
  expect(isSure ? 'bytes' : 'zod').toBe(way);
});

test('no error quotes the record', () => {
  for (const { value, hex } of rejected) {
    const bytes = Buffer.from(hex ?? value ?? '', hex === undefined ? 'utf8' : 'hex');
    const outcome = ZOD.decode(value === null ? null : bytes);
    const error = outcome.kind === 'rejected' ? outcome.error : '';
    expect(error).not.toBe('');
    // The example of a timestamp is the only text in an error that looks like one.
    expect(error.replace('2026-11-23T07:00:00Z', '')).not.toMatch(/\be1\b|click|\bweb\b|2026-/);
  }
});

function fixture(name: string): unknown {
  return JSON.parse(
    readFileSync(new URL(`../../../../fixtures/events/${name}`, import.meta.url), 'utf8'),
  );
}
