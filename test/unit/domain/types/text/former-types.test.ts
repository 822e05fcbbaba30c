// Promise: the coarser types that a type may have had are those that silently truncate values: fractions of times, and floats.
// Checked on types by hand.
import { expect, test } from 'vitest';
import { formerTypes } from '../../../../../src/domain/types/text/former-types.js';

test.each([
  ["DateTime64(6, 'UTC')", ["DateTime64(0, 'UTC')", "DateTime64(3, 'UTC')"]],
  ['DateTime64(9)', ['DateTime64(0)', 'DateTime64(3)', 'DateTime64(6)']],
  ['Nullable(Time64(3))', ['Nullable(Time64(0))']],
  ['LowCardinality(Nullable(Float64))', ['Nullable(Float32)']],
  ['DateTime64(0)', []],
  ['Decimal(18, 2)', []],
  ['Int64', []],
  ['Array(DateTime64(6))', []],
  ['not a ( type', []],
])('%s has its possible former types', (type, former) => {
  expect(formerTypes(type)).toEqual(former);
});
