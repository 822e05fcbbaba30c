// Promise: the engine accepts a record only if the reference reader makes a row of it, and then with the same bytes. A text that
// is truncated, broken, or completed by its neighbour does not change that. Checked with random contracts and records, most of
// which are mutated, in calls of different sizes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { randomRun } from '../../support/engine-cases/random-run.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';

const RUNS = 63;
const RECORDS = 800;

test('the engine writes the same bytes as the reference reader', () => {
  const engine = compiledEngine();
  let records = 0;
  let rows = 0;
  let taken = 0;
  const bounds = fc.constantFrom(
    { bytes: 32 * 1_024, records: 1_024 },
    { bytes: 2_048, records: 8 },
  );
  fc.assert(
    fc.property(randomRun(RECORDS), bounds, (run, bound) => {
      const agreement = compareReaders(engine, run, bound);
      records += agreement.records;
      rows += agreement.rows;
      taken += agreement.taken;
    }),
    { numRuns: RUNS },
  );
  expect(records).toBeGreaterThanOrEqual(RUNS * RECORDS);
  // Otherwise nothing was compared.
  expect(taken).toBeGreaterThan(rows / 2);
});
