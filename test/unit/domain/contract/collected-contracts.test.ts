// Promise: config files that are loaded at the same time are each told their own contracts that can't be used, and no other file's.
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectBrokenContracts } from '../../../../src/domain/contract/collected-contracts.js';
import { ContractError, defineContract } from '../../../../src/domain/contract/define-contract.js';

const broken = (name: string) => defineContract({ name, columns: { a: 'Int7' as never } });

async function aFile(name: string, waitMs: number) {
  const { broken: found } = await collectBrokenContracts(async () => {
    await wait(waitMs);
    broken(name);
    await wait(waitMs);
    broken(`${name}_2`);
  });
  return found.map((contract) => contract.name);
}

test('files that are loaded at once', async () => {
  const found = await Promise.all([aFile('a', 30), aFile('b', 5), aFile('c', 10)]);
  expect(found).toEqual([
    ['a', 'a_2'],
    ['b', 'b_2'],
    ['c', 'c_2'],
  ]);
  expect(() => broken('d')).toThrow(ContractError);
});

test('a file that fails does not stop the next one', async () => {
  const failed = collectBrokenContracts(() => Promise.reject(new Error('no')));
  expect(await aFile('e', 1)).toEqual(['e', 'e_2']);
  expect((await failed).outcome).toEqual({ error: new Error('no') });
});
