// Promise: a transform can mask, filter, derive and reject. Its exceptions and wrong results reject the event and quote nothing
// of it, and without a transform the original bytes are stored. Checked on the resulting rows.
import { expect, test } from 'vitest';
import { createBlockBuilder } from '../../../../src/domain/blocks/block-builder.js';
import type { Block } from '../../../../src/domain/blocks/block.js';
import { createColumnPool } from '../../../../src/domain/blocks/column-buffer.js';
import {
  type EventContract,
  EVENT_CONTRACT,
} from '../../../../src/domain/contract/event-contract.js';
import { createDecoder } from '../../../../src/domain/formats/decoder.js';
import { identity, type Transform, transform } from '../../../../src/domain/contract/transform.js';
import { filtered, rejected } from '../../../../src/domain/contract/verdict.js';
import { aCut, anEvent, BYTES, COLUMNS, ZOD } from '../blocks/block-of.js';
import { readRows, readTexts } from '../blocks/read-native.js';
import { runOf } from '../blocks/records-in-memory.js';

const SECRET = 'alice@example.org';

function run<const C extends EventContract>(
  contract: C,
  made: Transform<C>,
  { events = [anEvent()], columns = COLUMNS } = {},
): Block {
  const builder = createBlockBuilder({
    plan: {
      topic: 'stream-events',
      topicId: '',
      ranges: [{ partition: 0, epoch: 0, first: '0', end: String(events.length) }],
      cut: aCut({ columns }),
    },
    known: [],
    decoder: createDecoder({ contract, transform: made, path: 'bytes' }),
    pool: createColumnPool(),
  });
  builder.add(
    runOf(
      0,
      events.map((value, offset) => ({ offset, value })),
    ),
    0,
  );
  return builder.finish();
}

const apply = (made: Transform, events?: readonly string[]) =>
  run(EVENT_CONTRACT, made, events && { events: [...events] });

test('the product stores events as they were sent', () => {
  expect(transform).toBe(identity);
  expect(BYTES.scanner).not.toBe(null);
  expect(ZOD.scanner).toBe(null);
});

test('mask: one value of the payload is replaced, and everything else stays as sent', () => {
  const mask: Transform = (event, row) => {
    if (!('email' in event.payload)) return row;
    return { ...row, payload: JSON.stringify({ ...event.payload, email: '***' }) };
  };
  const events = [
    anEvent({ payload: { email: SECRET, n: 1 } }),
    anEvent().replace('"user_id":"7"', '"user_id": 7.00'),
  ];
  expect(readTexts(apply(mask, events), 'payload')).toEqual([
    '{"email":"***","n":1}',
    '{"user_id": 7.00,"action":"click"}',
  ]);
});

test('filter: events are filtered and counted, and their offsets are decided', () => {
  const noLogins: Transform = (event, row) => (event.event_type === 'login' ? filtered : row);
  const block = apply(noLogins, [anEvent(), anEvent({ event_type: 'login' }), anEvent()]);
  expect(block).toMatchObject({ rows: 2, filtered: 1, records: 3, deadLetters: [] });
  expect(block.spans).toEqual([
    { partition: 0, epoch: 0, first: 0, end: 1 },
    { partition: 0, epoch: 0, first: 2, end: 3 },
  ]);
  expect(block.covered).toEqual([{ partition: 0, epoch: 0, first: 0, end: 3 }]);
});

const WITH_COUNTRY = {
  ...EVENT_CONTRACT,
  fields: [
    ...EVENT_CONTRACT.fields,
    { column: 'country', type: 'String', kind: 'derived' },
    { column: 'items', type: 'UInt32', kind: 'derived' },
  ],
} as const satisfies EventContract;

test('derive: a declared column gets its value only from the transform', () => {
  const derive: Transform<typeof WITH_COUNTRY> = (event, row) => ({
    ...row,
    country: typeof event.metadata['country'] === 'string' ? event.metadata['country'] : 'unknown',
    items: Array.isArray(event.payload['items']) ? event.payload['items'].length : 0,
  });
  const events = [anEvent({ metadata: { country: 'AT' }, payload: { items: [1, 2] } }), anEvent()];
  const block = run(WITH_COUNTRY, derive, { events, columns: ['country', 'event_id', 'items'] });
  expect(readRows(block)).toEqual([
    { country: Buffer.from('AT'), event_id: Buffer.from('evt-1'), items: 2 },
    { country: Buffer.from('unknown'), event_id: Buffer.from('evt-1'), items: 0 },
  ]);
});

test('a derived column without a transform is an error before the first event', () => {
  // @ts-expect-error identity gives no country
  const lazy: Transform<typeof WITH_COUNTRY> = identity;
  expect(() => run(WITH_COUNTRY, lazy)).toThrow('column country');
});

test('a derived column that the transform omits rejects the event', () => {
  const forgetful = ((_event, row) => ({ ...row, items: 1 })) as Transform<typeof WITH_COUNTRY>;
  expect(run(WITH_COUNTRY, forgetful).deadLetters).toMatchObject([
    { stage: 'transform', reason: 'rejected_by_transform', path: 'country' },
  ]);
});

test('reject: the reason is in the dead letter, shortened', () => {
  const { deadLetters } = apply(() => rejected('no '.repeat(1_000)));
  expect(deadLetters).toMatchObject([
    { stage: 'transform', reason: 'rejected_by_transform', path: '' },
  ]);
  expect(deadLetters[0]?.error).toHaveLength(200);
});

test('an exception rejects the event under the name of the error, without its text', () => {
  const thrown: unknown[] = [
    new RangeError(SECRET),
    Object.assign(new Error(SECRET), { name: SECRET }),
    SECRET,
    null,
  ];
  const errors = thrown.map((error) => {
    const { deadLetters } = apply(() => {
      throw error;
    });
    return deadLetters[0]?.error;
  });
  expect(errors[0]).toContain('RangeError');
  expect(errors.join()).not.toContain(SECRET);
  expect(errors).not.toContain(undefined);
});

test.each([
  ['a number', { source: 5 }, 'source'],
  ['a lone surrogate', { source: '\ud800' }, 'source'],
  ['nothing', { source: undefined }, 'source'],
  ['an object', { payload: { a: 1 } }, 'payload'],
  ['a string', { timestamp: '2026-11-23' }, 'timestamp'],
  ['a fraction', { timestamp: 1.5 }, 'timestamp'],
  ['a negative time', { timestamp: -1 }, 'timestamp'],
  ['a time beyond DateTime', { timestamp: 2 ** 32 }, 'timestamp'],
])('%s in a row is refused, naming the column', (_, changes, path) => {
  const wrong = ((_event, row) => ({ ...row, ...changes })) as Transform;
  expect(apply(wrong)).toMatchObject({
    rows: 0,
    deadLetters: [{ stage: 'transform', reason: 'rejected_by_transform', path }],
  });
});

test.each([[undefined], [null], ['row'], [Promise.resolve({})]])('%o is not a row', (returned) => {
  const wrong = (() => returned) as unknown as Transform;
  expect(apply(wrong).deadLetters).toMatchObject([{ reason: 'rejected_by_transform' }]);
});

test('the time that a transform sets determines blocks and queries', () => {
  const block = apply((_event, row) => ({ ...row, timestamp: 60 }));
  expect(block.times).toEqual({ min: 60, max: 60 });
});
