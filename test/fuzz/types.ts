import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { startOwnClickHouse } from '../support/clickhouse-server.js';
import { askAt } from '../support/type-cases/ask.js';
import { compareWithClickHouse } from '../support/type-cases/compare-with-clickhouse.js';
import { randomContract } from '../support/type-cases/random-contract.js';

// Compares random contracts and records with ClickHouse's engine, as test/integration/types/random-contracts.test.ts does, for as
// long as wanted: npm run fuzz:types -- --cases 1000000 --minutes 60 --seed 7

const RECORDS = 500;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '1000000' },
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string' },
    },
  });
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const server = await startOwnClickHouse();
  const ask = askAt(server.url(), { flatten_nested: 0 });
  let cases = 0;
  let rows = 0;
  let compared = 0;
  process.stdout.write(`seed ${seed}\n`);
  try {
    const result = await fc.check(
      fc.asyncProperty(randomContract(RECORDS), async (contract) => {
        const comparison = await compareWithClickHouse(ask, 'fuzz', contract);
        cases += comparison.cases;
        rows += comparison.accepted;
        compared += comparison.compared;
        if (cases % 20_000 === 0) process.stdout.write(`${cases} records, ${rows} rows\n`);
      }),
      {
        seed,
        numRuns: Math.ceil(Number(values.cases) / RECORDS),
        interruptAfterTimeLimit: Number(values.minutes) * 60_000,
      },
    );
    process.stdout.write(
      `${cases} records, ${rows} rows, ${compared} compared with ClickHouse's own\n`,
    );
    if (!result.failed) return;
    const { errorInstance } = result;
    process.stdout.write(`seed ${seed}: ${String(errorInstance)}\n`);
    process.exitCode = 1;
  } finally {
    await server.stop();
  }
}

await main();
