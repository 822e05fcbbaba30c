// Promise: a worker carries out only plans whose contract it has, and says otherwise what it has and what the plan wants.
import { expect, test } from 'vitest';
import { tableContractOf } from '../../../../src/domain/contract/table-contract.js';
import {
  ContractMissing,
  createContractRegistry,
} from '../../../../src/domain/formats/contract-registry.js';
import { BYTES } from '../blocks/block-of.js';

const registry = createContractRegistry(BYTES);
const found = tableContractOf([{ name: 'id', type: 'Int64', defaultKind: '', isKey: false }]);
const planned = found.planned ?? { name: 'table', hash: '' };

test('plans without a contract, as of earlier releases, are read as stream_events', () => {
  expect(registry.of(undefined)).toBe(BYTES);
  expect(registry.of({ name: 'stream_events', hash: '' })).toBe(BYTES);
});

test('a plan of contract table brings its columns along', () => {
  expect(registry.of(planned)).toMatchObject({ contract: { hash: planned.hash } });
});

test('a contract that is not here is named, with those that are', () => {
  const message =
    'This worker has no contract orders: it has stream_events and table. Start a worker that has it, or end the workflow if the name is wrong';
  expect(() => registry.of({ name: 'orders', hash: '00' })).toThrow(new ContractMissing(message));
  expect(() => {
    registry.assertHas('orders');
  }).toThrow(ContractMissing);
  for (const name of [undefined, 'table', 'stream_events']) registry.assertHas(name);
});

test('a contract that is another one under the same name is not carried out', () => {
  expect(() => registry.of({ ...planned, hash: '0123456789abcdef' })).toThrow(
    `The plan is for contract table 0123456789abcdef, and this worker's is ${planned.hash}`,
  );
});
