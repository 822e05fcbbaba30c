// Promise: events of a requested size have exactly that size, satisfy the contract, and have unique ids. Checked with the
// product's reference reader.
import { expect, test } from 'vitest';
import { SMALLEST_EVENT_BYTES, sizedEvents } from '../../../bench/stage/sized-events.js';
import { EVENT_CONTRACT } from '../../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../../src/domain/formats/decoder.js';
import { identity } from '../../../src/domain/contract/transform.js';

const decoder = createDecoder({ contract: EVENT_CONTRACT, transform: identity, path: 'zod' });

function eventOf(bytes: number, partition: number, index: number): Buffer {
  const shape = sizedEvents(bytes);
  const origin = { seed: 1, partition };
  const target = Buffer.alloc(shape.length(origin, index) + 2, '#');
  shape.write(target, 1, { origin, index, timestampMs: 0 });
  expect([target[0], target.at(-1)]).toEqual([35, 35]);
  return target.subarray(1, -1);
}

test.each([SMALLEST_EVENT_BYTES, 109, 1_600, 16_000, 100_000])(
  'an event has exactly %i bytes',
  (bytes) => {
    for (const index of [0, 1, 999_999]) {
      const event = eventOf(bytes, 3, index);
      expect(event).toHaveLength(bytes);
      expect(decoder.decode(event)).toMatchObject({ kind: 'row' });
    }
  },
);

test('ids differ by index and by partition', () => {
  const places = [0, 1, 63].flatMap((partition) =>
    [0, 1, 10_000_000].map((index) => eventOf(100, partition, index).toString('latin1', 13, 21)),
  );
  expect(new Set(places).size).toBe(places.length);
});

test('sizes that no event can have are refused', () => {
  expect(() => sizedEvents(50)).toThrow('100 bytes');
  expect(() => sizedEvents(105)).toThrow('9 more');
});
