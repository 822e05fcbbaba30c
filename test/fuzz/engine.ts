import process from 'node:process';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { loadEngine } from '../../src/engine/engine-module.js';
import { compareReaders } from '../support/engine-cases/compare-readers.js';
import { randomRun } from '../support/engine-cases/random-run.js';

// Compares the engine with the reference reader, as test/unit/engine/engine-reader.test.ts does, for as long as wanted:
// npm run fuzz:engine -- --cases 100000000 --minutes 60 --seed 7
// `--engine` selects another module, for example one with a deliberate error.

const RECORDS = 1_000;
const TOLD_EVERY = 1_000_000;
const BOUNDS = [
  { bytes: 32 * 1_024, records: 1_024 },
  { bytes: 2_048, records: 8 },
] as const;

function main(): void {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '100000000' },
      minutes: { type: 'string', default: '60' },
      seed: { type: 'string' },
      engine: { type: 'string' },
    },
  });
  const seed =
    values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const engine = loadEngine(values.engine);
  if (engine === null) throw new Error('the engine is not compiled: npm run engine');
  const sums = { records: 0, rows: 0, taken: 0 };
  process.stdout.write(`seed ${seed}\n`);
  const result = fc.check(
    fc.property(randomRun(RECORDS), fc.constantFrom(...BOUNDS), (run, bounds) => {
      const { records, rows, taken } = compareReaders(engine, run, bounds);
      const isTold =
        Math.floor(sums.records / TOLD_EVERY) < Math.floor((sums.records + records) / TOLD_EVERY);
      sums.records += records;
      sums.rows += rows;
      sums.taken += taken;
      if (isTold) tell(sums);
    }),
    {
      seed,
      numRuns: Math.ceil(Number(values.cases) / RECORDS),
      interruptAfterTimeLimit: Number(values.minutes) * 60_000,
      endOnFailure: true,
    },
  );
  tell(sums);
  const { errorInstance } = result;
  if (!result.failed) return;
  process.stdout.write(
    `seed ${seed}: ${errorInstance instanceof Error ? errorInstance.message : String(result.counterexamplePath)}\n`,
  );
  process.exitCode = 1;
}

function tell(sums: {
  readonly records: number;
  readonly rows: number;
  readonly taken: number;
}): void {
  process.stdout.write(
    `${sums.records} records, ${sums.rows} rows, ${sums.taken} of them by the engine\n`,
  );
}

main();
