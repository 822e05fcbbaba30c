// Promise: answers are read whole, however the network splits them and whatever happens to the chunks afterwards. Checked on
// random splits, with every chunk's memory overwritten after it was pushed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameReader } from '../../../../../src/adapters/kafka/client/connection.js';

const allocate = (size: number) => Buffer.allocUnsafeSlow(size);

function frame(body: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length);
  return Buffer.concat([length, body]);
}

test('answers are read as they were sent, however they are split', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 10 });
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
  fc.assert(
    fc.property(bodies, cuts, (given, sizes) => {
      const seen: string[] = [];
      const reader = new FrameReader({
        allocate,
        onFrame: (body) => seen.push(body.toString('hex')),
      });
      const sent = Buffer.concat(given.map(frame));
      for (let at = 0, turn = 0; at < sent.length; turn++) {
        const chunk = Buffer.from(sent.subarray(at, at + sizes[turn % sizes.length]!));
        at += chunk.length;
        reader.push(chunk);
        chunk.fill(0xee);
      }
      expect(seen).toEqual(given.map((body) => Buffer.from(body).toString('hex')));
    }),
  );
});

test('data that is not a Kafka answer is refused before memory is allocated for it', () => {
  const sizes: number[] = [];
  const reader = new FrameReader({
    allocate: (size) => {
      sizes.push(size);
      return Buffer.alloc(0);
    },
    onFrame: () => undefined,
  });
  expect(() => {
    reader.push(Buffer.from('HTTP/1.1 400 Bad Request'));
  }).toThrow(/not Kafka/);
  expect(sizes).toEqual([]);
});
