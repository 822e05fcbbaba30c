// Promise: a token identifies one pipeline, one table and one set of offsets, and nothing else, and never changes between
// releases. Checked against golden values and on random sets.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OffsetSpan } from '../../../../src/domain/records/offset-range.js';
import { blockToken, missingToken, readBackToken } from '../../../../src/domain/blocks/token.js';

const OWNER = {
  pipelineId: '0193f5c2-7b1e-7c3a-9d41-5a3f0c6b2e11',
  table: { database: 'default', table: 'stream_events' },
};
const SPANS = [
  { partition: 0, epoch: 0, first: 1_000, end: 34_000 },
  { partition: 3, epoch: 1, first: 0, end: 9_007_199_254_740_991 },
];

// Frozen, and computed by another program (Python's json and hashlib): a release with other tokens would insert again what the
// one before it has inserted.
test('known offsets have these tokens', () => {
  const token = blockToken(OWNER, SPANS);
  expect(token).toBe('d5cc2ef992eac7b475b5d0261f7dd181');
  expect(missingToken(token, SPANS.slice(1))).toBe('d54c477437e8f43c60da16830d3a128a');
  expect(readBackToken(token, 2)).toBe(`${token}/2`);
});

const offsets = fc.uniqueArray(fc.tuple(fc.nat(2), fc.nat(1), fc.nat(12)), {
  selector: (place) => place.join(),
  minLength: 1,
  maxLength: 20,
});
type Places = readonly (readonly [number, number, number])[];

const singles = (places: Places): readonly OffsetSpan[] =>
  places.map(([partition, epoch, first]) => ({ partition, epoch, first, end: first + 1 }));

/** Each run of adjacent offsets as one span. */
function runs(places: Places): readonly OffsetSpan[] {
  const sorted = places.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
  const spans: { partition: number; epoch: number; first: number; end: number }[] = [];
  for (const [partition, epoch, offset] of sorted) {
    const last = spans.at(-1);
    if (last?.partition === partition && last.epoch === epoch && last.end === offset) last.end += 1;
    else spans.push({ partition, epoch, first: offset, end: offset + 1 });
  }
  return spans;
}

const tokens = [
  (spans: readonly OffsetSpan[]) => blockToken(OWNER, spans),
  (spans: readonly OffsetSpan[]) => missingToken('t', spans),
];

test('one set of offsets has one token, in any order and pieces', () => {
  fc.assert(
    fc.property(offsets, (places) => {
      for (const token of tokens) {
        expect(token(singles(places))).toBe(token(runs(places)));
        expect(token([...runs(places), { partition: 9, epoch: 0, first: 4, end: 4 }])).toBe(
          token(runs(places)),
        );
      }
    }),
  );
});

test('another set of offsets has another token', () => {
  fc.assert(
    fc.property(offsets, offsets, (some, others) => {
      const key = (places: Places) =>
        places
          .map((place) => place.join())
          .sort()
          .join(' ');
      for (const token of tokens) {
        expect(token(runs(some)) === token(runs(others))).toBe(key(some) === key(others));
      }
    }),
  );
});

test('neighbours in another epoch or partition do not form one range', () => {
  const at = (partition: number, epoch: number, first: number, end: number) => [
    { partition, epoch, first, end },
  ];
  const sets = [
    at(0, 0, 1, 3),
    [...at(0, 0, 1, 2), ...at(0, 1, 2, 3)],
    [...at(0, 0, 1, 2), ...at(1, 0, 2, 3)],
    at(0, 1, 1, 3),
    at(1, 0, 1, 3),
  ];
  expect(new Set(sets.map((spans) => blockToken(OWNER, spans))).size).toBe(sets.length);
});

test('pipeline, database and table are distinguished wherever one ends and the next begins', () => {
  const owner = (pipelineId: string, database: string, table: string) => ({
    pipelineId,
    table: { database, table },
  });
  const owners = [
    owner('a', 'b', 'c'),
    owner('ab', '', 'c'),
    owner('a', 'bc', ''),
    owner('a","b', 'c', ''),
    owner('a', 'b', 'd'),
    owner('a', 'd', 'c'),
    owner('d', 'b', 'c'),
  ];
  const all = owners.map((of) => blockToken(of, SPANS));
  expect(new Set(all).size).toBe(all.length);
});

test('no two kinds of send share a token, and none has the format of another', () => {
  const token = blockToken(OWNER, SPANS);
  const all = [
    token,
    missingToken(token, SPANS),
    missingToken(readBackToken(token, 1), SPANS),
    readBackToken(token, 1),
    readBackToken(token, 2),
    blockToken(OWNER, [{ partition: 0, epoch: 0, first: 1_000, end: 1_001 }]),
  ];
  expect(new Set(all).size).toBe(all.length);
});

test('an empty block has no token, because all empty blocks would share it', () => {
  expect(() => blockToken(OWNER, [])).toThrow('Token');
});
