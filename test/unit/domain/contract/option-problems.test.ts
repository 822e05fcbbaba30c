// Promise: options of a wrong shape hide no other problem of the contract, and cause none that their author did not make.
import { expect, test } from 'vitest';
import { optionProblems } from '../../../../src/domain/contract/option-problems.js';

const problemsOf = (options: unknown) => optionProblems(options).map(({ text }) => text);

test('what has a wrong shape hides nothing else, and what refers to it is no problem of its own', () => {
  const wrong = {
    a: { type: 'Strng', pth: 'x' },
    b: 5,
    c: 'Int7',
    d: { type: 'UInt8', from: 'transform' },
  };
  const options = { id: 'a', eventTime: 'b', table: { orderBy: ['a', 'e'] }, transform: 1 };
  expect(problemsOf({ name: 'orders', columns: { ok: 'String', ...wrong }, ...options })).toEqual([
    'column a: there is no option pth: did you mean path?',
    'column b: it must be a type, or an object with a type',
    'transform must be a function',
    'column a: Strng is not a ClickHouse type that Millrace knows. Did you mean String?',
    'column c: Int7 is not a ClickHouse type that Millrace knows. Did you mean Int8?',
    'table.orderBy: there is no column e: did you mean c?',
  ]);
  expect(problemsOf({ name: 5, columns: 5, id: 'x' })).toHaveLength(2);
});
