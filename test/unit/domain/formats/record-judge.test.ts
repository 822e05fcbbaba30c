// Promise: a judge says which records a contract filters and which event each of the others is, as the text that ClickHouse
// returns for the stored id. It says nothing about an id that may be stored differently, and keeps none of the values that it
// reads.
import { expect, test, vi } from 'vitest';
import { RowWriter } from '../../../../src/domain/contract/row-writer.js';
import { type Contract, defineContract, filtered } from '../../../../src/index.js';
import { contractJudge } from '../../../../src/domain/formats/record-judge.js';
import { runOf } from '../../../support/json-run.js';

const columns = { id: 'Int64', name: 'LowCardinality(String)' } as const;

const mayLeaveOut = (contract: Contract) => contractJudge(contract)?.mayLeaveOut ?? false;

test('contracts with a condition, skipped tombstones or a transform may filter records', () => {
  expect(mayLeaveOut(defineContract({ name: 'a', columns }))).toBe(false);
  expect(mayLeaveOut(defineContract({ name: 'a', columns, tombstones: 'skip' }))).toBe(true);
  expect(mayLeaveOut(defineContract({ name: 'a', columns, when: { path: 'id', in: [1] } }))).toBe(
    true,
  );
  expect(mayLeaveOut(defineContract({ name: 'a', columns, transform: (row) => row }))).toBe(true);
});

test('a contract that filters nothing and names no id needs no judge', () => {
  expect(contractJudge(defineContract({ name: 'a', columns }))).toBeNull();
  expect(contractJudge(defineContract({ name: 'a', columns, id: 'id' }))?.idColumn).toBe('id');
});

test.each([
  ['String', '"é"', 'é'],
  ['LowCardinality(String)', '"a"', 'a'],
  ['UUID', '"6F2D1C1E-4b7a-4c50-9d7e-000000000001"', '6f2d1c1e-4b7a-4c50-9d7e-000000000001'],
  ['UInt8', '255', '255'],
  ['Int64', '-9007199254740993', '-9007199254740993'],
  ['UInt256', `"${2n ** 255n}"`, String(2n ** 255n)],
])('an id of type %s is compared', (type, json, text) => {
  const judge = contractJudge(defineContract({ name: 'a', columns: { key: type }, id: 'key' }));
  const run = runOf([`{"key":${json}}`, '{"key":[]}', null]);
  const judged = [0, 1, 2].map((index) => judge?.judge(run, index));
  expect(judged.map((each) => each?.id)).toEqual([text, null, null]);
});

test.each([
  ['a type whose text differs', { key: 'Float64' }],
  ['a default of the server', { key: { type: 'Int64', default: { sql: 'now()' } } }],
])('an id with %s is not compared', (_, other) => {
  expect(contractJudge(defineContract({ name: 'a', columns: other, id: 'key' }))).toBeNull();
});

test('the id is the one after the transform', () => {
  const transform = (row: { readonly id: bigint }) => ({ ...row, id: row.id + 1n });
  const judge = contractJudge(
    defineContract({ name: 'a', columns: { id: 'Int64' }, id: 'id', transform }),
  );
  expect(judge?.judge(runOf(['{"id":6}']), 0)).toEqual({ isLeftOut: false, id: '7' });
});

test('large values are released after each record', () => {
  const clear = vi.spyOn(RowWriter.prototype, 'clear');
  const judge = contractJudge(defineContract({ name: 'a', columns: { key: 'String' }, id: 'key' }));
  const run = runOf(Array.from({ length: 5 }, () => `{"key":"${'x'.repeat(1_100_000)}"}`));
  for (let index = 0; index < 5; index++) judge?.judge(run, index);
  expect(clear).toHaveBeenCalledTimes(5);
  clear.mockRestore();
});

test('values that were read are released regularly', () => {
  const clear = vi.spyOn(RowWriter.prototype, 'clear');
  const transform = (row: { readonly id: bigint }) => (row.id === 3n ? filtered : row);
  const judge = contractJudge(defineContract({ name: 'a', columns, transform }));
  const values = Array.from({ length: 5_200 }, (_, id) => `{"id":${id},"name":"${id}"}`);
  const run = runOf(values);
  const left = values.filter((_value, index) => judge?.judge(run, index).isLeftOut);
  expect(left).toEqual(['{"id":3,"name":"3"}']);
  expect(clear.mock.calls.length).toBeGreaterThanOrEqual(5);
  clear.mockRestore();
});
