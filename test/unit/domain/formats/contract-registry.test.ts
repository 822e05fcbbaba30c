// Promise: a worker carries out only plans whose contract it has, and otherwise names its contracts and the one that the plan
// needs.
import { expect, test } from 'vitest';
import { defineContract } from '../../../../src/domain/contract/define-contract.js';
import { tableContractOf } from '../../../../src/domain/contract/table-contract.js';
import {
  ContractMissing,
  createContractRegistry,
} from '../../../../src/domain/formats/contract-registry.js';
import { runOf } from '../../../support/json-run.js';
import { BYTES } from '../blocks/block-of.js';

const registry = createContractRegistry(BYTES);
const found = tableContractOf([{ name: 'id', type: 'Int64', defaultKind: '', isKey: false }]);
const planned = found.planned ?? { name: 'table', hash: '' };

test('plans without a contract, as in earlier releases, are read as stream_events', () => {
  expect(registry.of(undefined)).toBe(BYTES);
  expect(registry.of({ name: 'stream_events', hash: '' })).toBe(BYTES);
});

test('a plan of contract table carries its columns', () => {
  expect(registry.of(planned)).toMatchObject({ contract: { hash: planned.hash } });
});

test('a missing contract is named, with the available ones', () => {
  const message =
    'This worker has no contract orders: it has stream_events and table. Another worker of this task queue may have it: all workers of a task queue need the same config. Start a worker that has it, or end the workflow if the name is wrong';
  expect(() => registry.of({ name: 'orders', hash: '00' })).toThrow(new ContractMissing(message));
  expect(() => {
    registry.assertHas('orders');
  }).toThrow(ContractMissing);
  for (const name of [undefined, 'table', 'stream_events']) registry.assertHas(name);
});

test('a different contract of the same name is not carried out', () => {
  expect(() => registry.of({ ...planned, hash: '0123456789abcdef' })).toThrow(
    `The plan is for contract table 0123456789abcdef, and this worker's is ${planned.hash}`,
  );
});

const columns = { id: 'Int64' };
const orders = defineContract({ name: 'orders', columns });
const next = defineContract({ name: 'orders', columns, version: '2' });
const some = defineContract({ name: 'some', columns, when: { path: 'type', in: ['a'] } });
const declared = createContractRegistry(BYTES, [next, some]);

test('a declared contract is found by its name, in the version of the plan only', () => {
  declared.assertHas('orders');
  expect(declared.of({ name: 'orders', hash: next.hash })).toEqual({
    contract: next,
    flattened: new Set(),
  });
  expect(() => declared.of({ name: 'orders', hash: orders.hash })).toThrow(
    `The plan is for contract orders ${orders.hash}, and this worker's is ${next.hash}: another worker may have the version of the plan`,
  );
  expect(() => {
    declared.assertHas('others');
  }).toThrow('This worker has no contract others: it has stream_events, table, orders and some.');
});

test('another version of a declared contract is distinguished from a missing contract', () => {
  const hasOther = (name: string, hash: string) => declared.hasOtherVersion({ name, hash });
  expect(hasOther('orders', orders.hash)).toBe(true);
  expect(hasOther('orders', next.hash)).toBe(false);
  expect(hasOther('others', orders.hash)).toBe(false);
  expect(hasOther('table', '00')).toBe(false);
  expect(declared.hasOtherVersion(undefined)).toBe(false);
});

test('only contracts that may filter records are asked which', () => {
  expect(declared.judgeOf('orders')).toBeNull();
  expect(declared.judgeOf('table')).toBeNull();
  const some = declared.judgeOf('some');
  const run = runOf(['{"type":"a","id":1}', '{"type":"b","id":1}', '{"type":"a","id":"x"}']);
  expect([0, 1, 2].map((index) => some?.judge(run, index).isLeftOut)).toEqual([false, true, false]);
});
