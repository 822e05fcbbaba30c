// Promise: every release can read the metadata of a committed offset, including that of older releases and other programs.
// Checked on all formats, and by property on workflow ids.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  commitMetadata,
  committedBy,
  committedFor,
} from '../../../../src/domain/pipeline/commit-metadata.js';

const ID = 'sJ0pkQGkTzCTv0mf9NpbXg';
const OTHER = '-_-_kQGkTzCTv0mf9NpbXg';
const NONE = 'AAAAAAAAAAAAAAAAAAAAAA';

const decided = (choice: 'new' | 'same', sameAs: string[] = [], unknownSince = 0) => ({
  choice,
  sameAs,
  unknownSince,
  firstEpoch: 9,
});

test('its formats are frozen', () => {
  const commit = { workflowId: 'orders/eu 1', batch: 42 };
  expect(commitMetadata({ ...commit, topicId: '' })).toBe('orders%2Feu%201/42');
  expect(commitMetadata({ ...commit, topicId: NONE })).toBe('orders%2Feu%201/42');
  expect(commitMetadata({ ...commit, topicId: ID })).toBe(`orders%2Feu%201/42/${ID}`);
  const log = (made: ReturnType<typeof decided>) =>
    commitMetadata({ ...commit, topicId: ID, log: made });
  expect(log(decided('new', [], 3))).toBe(`orders%2Feu%201/42/${ID}/new:3`);
  expect(log(decided('same', [OTHER, ID]))).toBe(`orders%2Feu%201/42/${ID}/same:${OTHER},${ID}`);
  expect(log(decided('same'))).toBe(`orders%2Feu%201/42/${ID}/same:`);
});

test('it says who committed, for which log, and what had been decided', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.nat(), (workflowId, batch) => {
      for (const log of [undefined, decided('new', [], 3), decided('same', [OTHER])]) {
        const metadata = commitMetadata({ workflowId, batch, topicId: ID, log });
        expect(committedBy(metadata)).toBe(workflowId);
        const made = log && {
          choice: log.choice,
          sameAs: log.sameAs,
          unknownSince: log.unknownSince,
        };
        expect(committedFor(metadata)).toEqual({ topicId: ID, decided: made ?? null });
      }
      const plain = commitMetadata({ workflowId, batch, topicId: '' });
      expect([committedBy(plain), committedFor(plain)]).toEqual([workflowId, null]);
    }),
  );
});

test.each(['', 'spark', 'a/b/12', 'a/x', '/12', '%/12', 'a b/12', '{"v":1}'])(
  'metadata of another program says nothing: %s',
  (metadata) => {
    expect([committedBy(metadata), committedFor(metadata)]).toEqual([null, null]);
  },
);
