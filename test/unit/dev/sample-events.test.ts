// Promise: sample events satisfy the contract, are the same for the same seed, have unique ids in their stream, and have the
// length that the benchmark states. Unfit ones fail the contract. Checked against the product's own decoder.
import { expect, test } from 'vitest';
import { badRecord, isBad } from '../../../dev/events/bad-record.js';
import { eventId } from '../../../dev/events/event-id.js';
import { eventLength, eventText } from '../../../dev/events/sample-event.js';
import { EVENT_CONTRACT } from '../../../src/domain/contract/event-contract.js';
import { createEventDecoder } from '../../../src/domain/formats/json/decode.js';

const NOW_MS = Date.UTC(2026, 10, 24, 7, 8, 9, 123);
const origin = { seed: 7, partition: 3 };

test('the id of an event can be computed without the event', () => {
  for (const index of [0, 1, 99, 1_000_000]) {
    const event = JSON.parse(eventText(origin, index, NOW_MS)) as Record<string, unknown>;
    expect(event['event_id']).toBe(eventId(origin, index));
    expect(event['event_id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});

test('an event has the fields of the contract and a time without a zone', () => {
  const event = JSON.parse(eventText(origin, 5, NOW_MS)) as Record<string, unknown>;
  expect(event).toMatchObject({
    timestamp: '2026-11-24T07:08:09',
    payload: expect.any(Object) as unknown,
    metadata: expect.any(Object) as unknown,
  });
});

test('the same origin and index produce the same event, and another seed a different one', () => {
  expect(eventText(origin, 5, NOW_MS)).toBe(eventText({ ...origin }, 5, NOW_MS));
  expect(eventId({ ...origin, seed: 8 }, 5)).not.toBe(eventId(origin, 5));
});

test('no two of 400,000 events of a seed share an id', () => {
  const ids = new Set<string>();
  for (let partition = 0; partition < 4; partition++) {
    for (let index = 0; index < 100_000; index++) ids.add(eventId({ seed: 7, partition }, index));
  }
  expect(ids.size).toBe(400_000);
});

test('an event is 289 bytes long on average', () => {
  let bytes = 0;
  for (let index = 0; index < 20_000; index++) bytes += eventLength(origin, index);
  expect(Math.round(bytes / 20_000)).toBe(289);
});

test('every event is accepted, and every unfit record is rejected, for every reason that a value can have', () => {
  const decode = createEventDecoder(EVENT_CONTRACT);
  const reasons = new Set<string>();
  for (let index = 0; index < 2_000; index++) {
    const good = decode(Buffer.from(eventText(origin, index, NOW_MS)));
    expect(good.kind).toBe('event');
    const bad = badRecord(origin, index, NOW_MS);
    const rejected = decode(bad === null ? null : Buffer.from(bad));
    if (rejected.kind !== 'rejected') throw new Error(`accepted: ${String(bad)}`);
    reasons.add(rejected.reason);
  }
  expect([...reasons].sort()).toEqual([
    'bad_timestamp',
    'empty_string',
    'invalid_json',
    'invalid_utf8',
    'missing_field',
    'null_value',
    'timestamp_out_of_range',
    'wrong_type',
  ]);
});

test('the requested number per thousand records is unfit', () => {
  const count = (permille: number) =>
    Array.from({ length: 100_000 }, (_, i) => i).filter((i) => isBad(origin, i, permille)).length;
  expect(count(0)).toBe(0);
  expect(count(1000)).toBe(100_000);
  expect(Math.round(count(20) / 200)).toBe(10);
});
