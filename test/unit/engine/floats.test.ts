// Promise: the engine rounds every decimal text to the Float64, Float32 and BFloat16 of the reference reader, or leaves it to
// that reader. Checked with up to 20 digits over the whole range: at and near the midpoint of two neighbours, and subnormal.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';
import { floatSpellings } from '../../support/engine-cases/float-spellings.js';
import { seededRandom } from '../../support/seeded-random.js';

const SPELLINGS = 20_000;
const BOUNDS = { bytes: 32 * 1_024, records: 1_024 };

test.each(['Float64', 'Float32', 'BFloat16'])('the engine reads the same %s', (type) => {
  const { seed, random } = seededRandom();
  const values = floatSpellings(SPELLINGS, random).map((text) => Buffer.from(`{"n":${text}}`));
  const contract = defineContract({ name: 'numbers', columns: { n: type } });
  const compared = () => compareReaders(compiledEngine(), { contract, values }, BOUNDS);
  expect(compared, `TEST_SEED=${seed}`).not.toThrow();
  const { rows, taken } = compared();
  // Otherwise nothing was compared.
  expect(taken).toBeGreaterThan(rows / 2);
  expect(rows).toBeGreaterThan(SPELLINGS / 10);
});
