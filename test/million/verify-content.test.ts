// Promise: `verify` by content finds the one value that was changed among a million rows, in memory that does not grow with
// them, for stream_events and for a typed table of contract `table`. Checked with an UPDATE by SQL, and with the worker's memory
// and CPU from `ps`.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import { verified } from '../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../support/pipeline-world.js';
import { cpuSeconds, peakMiBDuring, residentMiB } from '../support/process-figures.js';
import type { WorkerProcess } from '../support/worker-process.js';
import { LINEAGE } from '../integration/contracts/orders.js';

const EVENTS = 1_000_000;
const PARTITIONS = 2;
const MEMORY_MIB = 256;

let world: PipelineWorld;
let typed: string;
let worker: WorkerProcess;

beforeAll(async () => {
  world = await openWorld({ partitions: PARTITIONS });
  typed = `${world.database}.typed`;
  const columns = [
    'event_id String',
    'event_type LowCardinality(String)',
    "timestamp DateTime64(3, 'UTC')",
    'payload JSON',
    'source Nullable(String)',
    'metadata Map(String, String)',
  ];
  await world.sql(
    `CREATE TABLE ${typed} (${[...columns, ...LINEAGE].join(', ')}) ENGINE = MergeTree ORDER BY timestamp SETTINGS non_replicated_deduplication_window = 100000`,
  );
  await world.produce(EVENTS);
  worker = await world.startWorker({ MILLRACE_MEMORY_MIB: String(MEMORY_MIB) });
});

afterAll(() => world.close());

test.each([
  ['stream_events', () => ({})],
  [
    'contract table',
    () => ({ contract: 'table', table: typed, groupId: `${world.groupId}-typed` }),
  ],
] as const)('%s: verify names one changed value among a million', async (what, inputOf) => {
  const input: Pick<PipelineInput, 'contract' | 'table' | 'groupId'> = inputOf();
  const table = input.table ?? `${world.database}.${world.table}`;
  await (
    await world.startPipeline({ ...input, until: 'now' }, `${world.workflowId}-${what[0]}`)
  ).result();
  await world.sql(
    `ALTER TABLE ${table} UPDATE source = concat(source, ' ') WHERE _partition = 1 AND _offset = 345678 SETTINGS mutations_sync = 2`,
  );
  const idleMiB = residentMiB(worker.pid);
  const sinceSeconds = cpuSeconds(worker.pid);
  const sinceMs = performance.now();
  const verifying = verified(world, { ...input, compare: 'content' });
  const peakMiB = await peakMiBDuring(worker.pid, verifying);
  const report = await verifying;
  const grownMiB = Math.round(peakMiB - idleMiB);
  process.stdout.write(
    `${what}: ${report.content?.rows} rows by content in ${Math.round((performance.now() - sinceMs) / 1_000)} s, ` +
      `${cpuSeconds(worker.pid) - sinceSeconds} s of CPU, ${grownMiB} MiB more than the ${Math.round(idleMiB)} before\n`,
  );
  expect(report).toMatchObject({
    ...{ verdict: 'different', records: EVENTS },
    content: {
      ...{ differingRows: 1, uncomparedRows: 0, predating: { total: 0 } },
      differences: { total: 1, first: [{ partition: 1, offset: '345678', column: 'source' }] },
    },
  });
  // The budget, and what the JavaScript engine uses beside it before it collects garbage.
  expect(grownMiB).toBeLessThan(2 * MEMORY_MIB);
});
