// Promise: the worst faults of a pipeline lose no row and duplicate none. Checked by ten cases of `npm run faults`, unchanged,
// on their own servers: the producer's record is compared with the tables and with the result of `verify`. TEST_SEED repeats a
// run.
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type FaultStack, startFaultStack } from '../faults/fault-stack.js';
import { runCase } from '../faults/run-case.js';
import { EVIDENCE } from '../faults/run-cases.js';
import { CASES } from '../faults/suite.js';
import { seededRandom } from '../support/seeded-random.js';

/**
 * Together they need every guard: order of effects, tokens, waiting for running inserts, reconcile, read back, and holds.
 */
const WORST = [
  'worker/killed-after-insert',
  'worker/stopped-before-rows',
  'worker/late-insert-recut',
  'clickhouse/token-without-rows',
  'clickhouse/answer-lost-then-memory',
  'kafka/topic-recreated',
  'kafka/transactions',
  'temporal/reset',
  'guards/outage-longer-than-window',
  'guards/same-group',
] as const;

const { seed } = seededRandom();
let stack: FaultStack;

beforeAll(async () => {
  process.stdout.write(`seed of the faults: ${seed}\n`);
  stack = await startFaultStack();
});

afterAll(() => stack.stop());

for (const name of WORST) {
  test(`${name}: nothing is lost or duplicated`, async () => {
    const fault = CASES.find((each) => each.name === name);
    if (fault === undefined) throw new Error(`there is no case ${name}`);
    const build = inject('workerBuild');
    const result = await runCase(fault, {
      stack,
      build,
      seed,
      evidence: EVIDENCE,
      keepsAll: false,
    });
    expect(result).toMatchObject({ lost: 0, doubled: 0, failure: null });
  });
}
