// Promise: the contract stream_events with the reference reader equals the built-in decoder: the same rows byte for byte, and
// the same stage, reason, path and error of each dead letter. Checked with the recorded events, with extremes, and with
// arbitrary records: valid, unusual, mutated. MILLRACE_FUZZ_CASES sets how many.
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { STREAM_EVENTS } from '../../../../src/domain/contract/stream-events.js';
import { EVENT_CONTRACT, expectedColumns } from '../../../../src/domain/contract/event-contract.js';
import { JsonReader } from '../../../../src/domain/formats/json/json-reader.js';
import { aBuilder, anEvent, COLUMNS, copyOf, ZOD } from '../blocks/block-of.js';
import { runOf } from '../blocks/records-in-memory.js';
import { eventValues } from '../formats/json/event-texts.js';

const cases = Number(process.env['MILLRACE_FUZZ_CASES'] ?? 20_000);
/** Records of one block: this many cases for the cost of one builder. */
const TOGETHER = 10;
const reader = new JsonReader(STREAM_EVENTS.spec);
const seen = { rows: 0, rejected: new Map<string, number>() };

type Value = Buffer | string | null;

function byContract(values: readonly Value[]) {
  reader.writer.clear();
  const run = runOf(
    0,
    values.map((value, offset) => ({ offset, value })),
  );
  const outcomes = values.map((_, index) => {
    const outcome = reader.read(run, index);
    return outcome === 'rejected' ? { ...reader.rejection } : `${outcome} at ${reader.seconds}`;
  });
  const rows = outcomes.filter((outcome) => typeof outcome === 'string').length;
  const columns = reader.writer.encode(rows).map(({ name, type, parts }) => ({
    name,
    type,
    data: Buffer.concat(parts).toString('latin1'),
  }));
  return { outcomes, columns };
}

function byDecoder(values: readonly Value[]) {
  const outcomes = values.map((value) => {
    const decoded = ZOD.decode(typeof value === 'string' ? Buffer.from(value) : value);
    if (decoded.kind === 'rejected') {
      const { stage, reason, path, error } = decoded;
      return { stage, reason, path, error };
    }
    const seconds = decoded.kind === 'row' ? decoded.row['timestamp'] : NaN;
    return `${decoded.kind} at ${seconds}`;
  });
  const builder = aBuilder({ decoder: ZOD, cut: { columns: COLUMNS.slice(0, 6) } });
  builder.add(
    runOf(
      0,
      values.map((value, offset) => ({ offset, value })),
    ),
    0,
  );
  const columns = copyOf(builder.finish()).columns.map(({ name, type, data }) => ({
    name,
    type,
    data: data.toString('latin1'),
  }));
  return { outcomes, columns };
}

function expectSame(values: readonly Value[]): void {
  const ours = byContract(values);
  expect(ours).toEqual(byDecoder(values));
  for (const outcome of ours.outcomes) {
    if (typeof outcome === 'string') seen.rows++;
    else {
      const what = `${outcome.reason} ${outcome.path}`;
      seen.rejected.set(what, (seen.rejected.get(what) ?? 0) + 1);
    }
  }
}

function fixture(name: string): readonly Value[] {
  const text = readFileSync(new URL(`../../../fixtures/events/${name}`, import.meta.url), 'utf8');
  const records = JSON.parse(text) as readonly { value?: string | null; hex?: string }[];
  return records.map(({ value, hex }) =>
    hex === undefined ? (value ?? null) : Buffer.from(hex, 'hex'),
  );
}

test.each(['accepted.json', 'rejected.json'])(
  '%s gets the result of the built-in decoder',
  (name) => {
    const values = fixture(name);
    expect(values.length).toBeGreaterThan(20);
    for (const value of values) expectSame([value]);
  },
);

test(`${cases} arbitrary records get the results of the built-in decoder`, () => {
  fc.assert(
    fc.property(fc.array(eventValues, { minLength: TOGETHER, maxLength: TOGETHER }), expectSame),
    { numRuns: cases / TOGETHER },
  );
}, 3_600_000);

test('a text with half a surrogate pair is judged as before', () => {
  // Arbitrary records rarely have one in this field.
  expectSame([anEvent({ event_type: '\ud800' })]);
});

test('depth and length decide nothing', () => {
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deep = `{"deep":${open.repeat(100_000)}1${close.repeat(100_000)}}`;
    expectSame([anEvent().replace(/"payload":\{.*?\}/, () => `"payload":${deep}`)]);
    expectSame([open.repeat(100_000)]);
  }
  const long = anEvent({ event_id: 'x'.repeat(10 << 20), payload: { n: 7 } });
  expectSame([long.replace('{"n":7}', () => `{"n":${'9'.repeat(1_000_000)}}`)]);
});

test('a registry header is named, and the bytes of other binary values are not', () => {
  const behind = Buffer.from(anEvent());
  expectSame([
    Buffer.concat([Buffer.from([0, 0, 0, 0, 17]), behind]),
    Buffer.concat([Buffer.from([0, 0x7f, 0xff, 0xff, 0xff]), behind]),
    Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), behind]),
    Buffer.from([0, 0, 0]),
  ]);
});

test('the columns are those of the table', () => {
  const ours = STREAM_EVENTS.spec.columns.map(({ name, type, default: value }) => ({
    name,
    type,
    isOptional: value?.kind === 'value',
    byServer: value?.kind === 'sql' ? value.sql : null,
  }));
  const theirs = expectedColumns(EVENT_CONTRACT)
    .filter(({ name }) => !name.startsWith('_'))
    .map(({ name, type, isOptional = false, default: value = null }) => ({
      name,
      type,
      isOptional,
      byServer: value,
    }));
  expect(ours).toEqual(theirs);
  expect(STREAM_EVENTS.spec.eventTime).toBe(EVENT_CONTRACT.eventTime);
});

// A sample without rows, or without a kind of dead letter, would prove nothing about it.
afterAll(() => {
  expect(seen.rows).toBeGreaterThan(cases / 4);
  const reasons = [...seen.rejected.keys()].sort();
  for (const reason of [
    'bad_timestamp timestamp',
    'empty_string event_id',
    'invalid_json ',
    'invalid_utf8 ',
    'invalid_utf8 event_type',
    'missing_field payload',
    'timestamp_out_of_range timestamp',
    'wrong_type ',
    'wrong_type metadata',
    'wrong_type payload',
    'wrong_type source',
  ]) {
    expect(reasons).toContain(reason);
  }
});
