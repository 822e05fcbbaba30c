// Promise: events of 25 typed columns, nested and full of escapes, produce the same rows under contract `table`, under a
// declared contract and in ClickHouse itself, though the worker is killed. Checked by a hash of every value in the real engine.
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic, sendInTurn } from '../../support/kafka-topic.js';
import { verified } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { waitUntil } from '../../support/wait-until.js';
import { WIDE_COLUMNS, wideEvent } from '../../support/wide-events.js';
import { LINEAGE } from './orders.js';

const EVENTS = 10_000;
const PARTITIONS = 2;
/** Below the size that a broker accepts in one request. */
const LOT = 500;
const CONFIG = fileURLToPath(new URL('./archive.config.ts', import.meta.url));
const OWN = Object.entries(WIDE_COLUMNS).map(([name, type]) => `${name} ${type}`);
/** How the table is created, and which contract fills it. */
const TABLES = { table: 'by_table', archive: 'by_contract' } as const;

let world: PipelineWorld;
let topic: string;

beforeAll(async () => {
  world = await openWorld({ environment: { MILLRACE_CONFIG: CONFIG } });
  topic = await createTopic(world.addresses.kafka, { partitions: PARTITIONS });
  const events = Array.from({ length: EVENTS }, (_, index) => wideEvent(index));
  await made('by_table', [...OWN, ...LINEAGE]);
  await made('by_clickhouse', OWN);
  for (let at = 0; at < EVENTS; at += LOT) {
    const values = events.slice(at, at + LOT);
    await sendInTurn(world.addresses.kafka, topic, { partitions: PARTITIONS, values });
    const lines = values.join('\n');
    await world.sql(`INSERT INTO ${world.database}.by_clickhouse FORMAT JSONEachRow\n${lines}`);
  }
});

afterAll(() => world.close());

const made = (table: string, columns: readonly string[]) =>
  world.sql(
    `CREATE TABLE ${world.database}.${table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100000`,
  );

/** Every value of every row, in any order. */
async function contentOf(table: string) {
  const values = Object.keys(WIDE_COLUMNS).map((name) => `toString(${name})`);
  const [found] = await world.sql(
    `SELECT toString(count()) AS rows, toString(groupBitXor(sipHash64(${values.join(', ')}))) AS hash FROM ${world.database}.${table}`,
  );
  return found;
}

test('every contract produces the same rows', async () => {
  const worker = await world.startWorker();
  const runs = await Promise.all(
    Object.entries(TABLES).map(([contract, table]) =>
      world.startPipeline(
        {
          ...{ contract, topic, groupId: `${topic}-${table}`, table: `${world.database}.${table}` },
          ...{ until: 'now', batch: { maxRows: 500 }, guarantee: 'exactly-once' },
        },
        `${world.workflowId}-${table}`,
      ),
    ),
  );
  await waitUntil(async () => ((await contentOf('by_table')) as { rows: string }).rows !== '0', {
    what: 'the first rows have come',
  });
  worker.kill('SIGKILL');
  await worker.ended();
  await world.startWorker();
  for (const run of runs) {
    expect(await run.result()).toMatchObject({ rows: EVENTS, deadLetters: 0 });
  }
  const expected = await contentOf('by_clickhouse');
  expect(expected).toMatchObject({ rows: String(EVENTS) });
  expect(await contentOf('by_table')).toEqual(expected);
  expect(await contentOf('by_contract')).toEqual(expected);
});

test.each(Object.entries(TABLES))('verify compares contents under %s', async (contract, table) => {
  const report = await verified(world, {
    ...{ contract, topic, groupId: `${topic}-${table}`, table: `${world.database}.${table}` },
    compare: 'content',
  });
  expect(report).toMatchObject({ verdict: 'complete', rows: EVENTS, lost: 0, doubled: 0 });
});
