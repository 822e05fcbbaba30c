// Promise: a record is judged by the value rules, whatever its contract, and a row equals what ClickHouse itself makes of the
// same JSON. Checked with random contracts, with types nested to depth three, and random records: the generator knows the result
// of each value, and the engine stores the same values from JSON. `npm run fuzz:types` runs a million.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askAt } from '../../support/type-cases/ask.js';
import { compareWithClickHouse } from '../../support/type-cases/compare-with-clickhouse.js';
import { randomContract } from '../../support/type-cases/random-contract.js';
import { stackAddresses, uniqueName } from '../../support/stack.js';

const CONTRACTS = 40;
const RECORDS = 500;

test('20,000 records of 40 random contracts are judged and stored correctly', async () => {
  const ask = askAt(stackAddresses().clickHouse, { flatten_nested: 0 });
  const table = uniqueName('random_contracts').replaceAll('-', '_');
  let cases = 0;
  let compared = 0;
  try {
    await fc.assert(
      fc.asyncProperty(randomContract(RECORDS), async (contract) => {
        const comparison = await compareWithClickHouse(ask, table, contract);
        cases += comparison.cases;
        compared += comparison.compared;
      }),
      // Shrinking asks the engine each time.
      { numRuns: CONTRACTS, interruptAfterTimeLimit: 600_000, markInterruptAsFailure: false },
    );
  } finally {
    await ask(`DROP TABLE IF EXISTS ${table}`);
  }
  expect(cases).toBe(CONTRACTS * RECORDS);
  // Otherwise most records would be rejected, and prove little about rows.
  expect(compared).toBeGreaterThan(cases / 20);
}, 900_000);
