// Promise: insert failures of Keeper and replicas are retried, and have a name even if the server cannot be asked for it.
// Checked for every number that occurred in trials with two replicas.
import { expect, test } from 'vitest';
import { serverError } from '../../../../../src/adapters/clickhouse/client/insert-errors.js';
import { onInsertError } from '../../../../../src/domain/insert-failures/decide.js';

test.each([
  [225, 'NO_ZOOKEEPER', 'retry'],
  [236, 'ABORTED', 'retry'],
  [242, 'TABLE_IS_READ_ONLY', 'slow-down'],
  [244, 'UNEXPECTED_ZOOKEEPER_ERROR', 'retry'],
  [285, 'TOO_FEW_LIVE_REPLICAS', 'retry'],
  [319, 'UNKNOWN_STATUS_OF_INSERT', 'retry'],
  [999, 'KEEPER_EXCEPTION', 'retry'],
] as const)('error %i is %s, and the response is to %s', (number, name, action) => {
  const code = String(number);
  const error = serverError({
    text: `Code: ${code}. DB::Exception: x`,
    code,
    status: 500,
    address: '',
  });
  expect(error.message).toMatch(new RegExp(`^ClickHouse error ${code} ${name}`));
  for (const repeats of [1, 3, 100]) expect(onInsertError(error, { repeats })).toBe(action);
});
