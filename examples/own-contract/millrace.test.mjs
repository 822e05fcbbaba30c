import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { testConfig } from 'millrace/testing';

const { contract } = await testConfig();
const records = readFileSync('records.jsonl', 'utf8').trim().split('\n');

test('no address reaches the table', () => {
  const { rows } = contract('orders').read(records.map((value) => ({ value })));
  assert.deepEqual(
    rows.map(({ order_id, customer, mail_domain }) => [order_id, customer, mail_domain]),
    [
      [9007199254740993n, '***', 'mail.vn'],
      [9007199254740994n, '***', 'post.de'],
    ],
  );
});

test('an unknown status and a broken address are dead letters, and orders of robots are left out', () => {
  const { deadLetters, filtered } = contract('orders').read(records.map((value) => ({ value })));
  assert.deepEqual(
    deadLetters.map(({ record, path, reason }) => [record, path, reason]),
    [
      [3, 'status', 'unknown_name'],
      [4, '', 'rejected_by_transform'],
    ],
  );
  assert.deepEqual(filtered, [2]);
});
