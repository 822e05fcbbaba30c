// Promise: a column is judged suitable for a type only if it holds every value of it. test/integration/types asks the engine.
import { expect, test } from 'vitest';
import { parseType } from '../../../../../src/domain/types/text/parse-type.js';
import { storesEvery } from '../../../../../src/domain/types/text/stores-every.js';
import { FITTING_TYPES, UNFIT_TYPES } from '../../../../support/type-cases/fitting-types.js';

test.each(FITTING_TYPES)('a column %s stores every %s', (column, sent) => {
  expect(storesEvery(parseType(column), parseType(sent))).toBe(true);
});

test.each(UNFIT_TYPES)('a column %s does not store every %s', (column, sent) => {
  expect(storesEvery(parseType(column), parseType(sent))).toBe(false);
});
