// Promise: Kafka's tools accept every generated cluster id, so the stack starts every time.
import { expect, test } from 'vitest';
import { clusterId } from '../../../dev/stack/cluster-id.js';

test('an id that Kafka would read as an option is never generated', () => {
  const drawn = ['f8000000-0000-4000-8000-000000000000', '08000000-0000-4000-8000-000000000000'];
  expect(clusterId(() => drawn.shift() ?? '')).toBe('CAAAAAAAQACAAAAAAAAAAA');
  expect(drawn).toEqual([]);
});

test('an id is 16 bytes in base64url, and no two are the same', () => {
  const ids = Array.from({ length: 1000 }, () => clusterId());
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[\w][\w-]{21}$/);
});
