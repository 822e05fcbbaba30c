// Promise: an error of ClickHouse quotes the record that it refuses, but no part of that reaches a log, a history, a metric, the
// answer of a query or the text of a dead letter, whatever the type of the value. Checked with a marked value of every type.
// Each is refused by a computed column and by a constraint whose errors are known to quote it, and each also does not fit its
// column. A dictionary that asks another table for the value of a row quotes it in its query.
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../dev/stack/free-port.js';
import { TYPE_FAMILIES } from '../../../src/domain/types/families.js';
import { parseType } from '../../../src/domain/types/text/parse-type.js';
import { unsupported } from '../../../src/domain/types/unsupported.js';
import { createTopic, kafkajsClient, uniqueName } from '../../support/kafka-topic.js';
import { startWorkflow } from '../../support/one-shot-workflows.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { createTraces, findMarks } from '../../support/traces.js';
import { type Ask, askAt } from '../../support/type-cases/ask.js';
import {
  MARK,
  REFUSED_VALUES,
  type RefusedValue,
} from '../../support/type-cases/refused-values.js';
import { waitUntil } from '../../support/wait-until.js';
import { LINEAGE } from './orders.js';

const GROUPS = Object.entries(REFUSED_VALUES);
const traces = createTraces();
const histories: string[] = [];
let world: PipelineWorld;
let ask: Ask;
let metricsAddress: string;

beforeAll(async () => {
  world = await openWorld({ environment: { MILLRACE_LOG_LEVEL: 'DEBUG' } });
  ask = askAt(world.addresses.clickHouse, {
    ...{ input_format_allow_errors_num: 0, input_format_import_nested_json: 1 },
  });
  metricsAddress = `127.0.0.1:${await freePort()}`;
  for (const [group, values] of GROUPS) await ask(createTable(group, values));
  await world.startWorker({ MILLRACE_METRICS_ADDRESS: metricsAddress });
});

afterAll(() => world.close());

const tableOf = (group: string) => `${world.database}.${group}`;
const columnAt = (index: number) => `c${index}`;
const byConstraint = (index: number) => index + 1_000;

/** Record `n` of the table is refused by computed column `n`, or by its constraint from 1,000 on. */
function createTable(group: string, values: readonly RefusedValue[]): string {
  const columns = values.flatMap(({ type, throws, read }, index) => {
    const column = columnAt(index);
    return [
      `${column} ${type}`,
      `e${index} String MATERIALIZED toString(${throws(column, `n = ${index}`)})`,
      `CONSTRAINT k${index} CHECK n != ${byConstraint(index)} OR ${read(column)} = ''`,
    ];
  });
  return (
    `CREATE TABLE ${tableOf(group)} (n UInt32, ${[...columns, ...LINEAGE].join(', ')}) ` +
    'ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100000'
  );
}

/** A number that no column and no constraint uses. */
const GOOD = 9_999;

function recordOf(
  values: readonly RefusedValue[],
  n: number,
  jsonOf: (value: RefusedValue, place: number) => string = ({ json }) => json,
): string {
  const members = values.map((value, index) => `"${columnAt(index)}":${jsonOf(value, index)}`);
  return `{"n":${n},${members.join(',')}}`;
}

const nativeOf = (values: readonly RefusedValue[], n: number) =>
  recordOf(values, n, ({ nativeJson }) => nativeJson);
const unfitOf = (values: readonly RefusedValue[], at: number) =>
  recordOf(values, GOOD, ({ json, unfit }, index) => (index === at ? unfit : json));

/** The text that must not be found: the value as an error quotes it. */
const marksOf = (values: readonly RefusedValue[]) => [MARK, ...values.map(({ quoted }) => quoted)];

async function saidOf(group: string, record: string): Promise<string> {
  const sql = `INSERT INTO ${tableOf(group)} FORMAT JSONEachRow`;
  return ask(sql, Buffer.from(record)).then(
    () => 'it was stored',
    (error: unknown) => String(error),
  );
}

test('the refused values cover every type', () => {
  const namesIn = (type: string): readonly string[] => {
    const node = parseType(type);
    return [node.name, ...(type.match(/\w+/g) ?? [])];
  };
  const covered = new Set(
    GROUPS.flatMap(([, values]) => values.flatMap((each) => namesIn(each.type))),
  );
  const families = TYPE_FAMILIES.filter((family) => family !== unsupported);
  expect(families.flatMap(({ names }) => names).filter((name) => !covered.has(name))).toEqual([]);
});

test.each(GROUPS)('the server quotes each of the %s that it refuses', async (group, values) => {
  for (const [index, { type, quoted }] of values.entries()) {
    const computed = await saidOf(group, nativeOf(values, index));
    expect(computed, type).toContain(quoted);
    const broken = await saidOf(group, nativeOf(values, byConstraint(index)));
    expect(broken, type).toMatch(
      new RegExp(`Constraint .k${index}. .* Column values: .*${columnAt(index)}`),
    );
  }
});

async function send(topic: string, values: readonly string[]): Promise<void> {
  const producer = kafkajsClient(world.addresses.kafka).producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
  await producer.disconnect();
}

/** Often enough to see failing attempts, without loading the server. */
const LOOK_EVERY_MS = 1_000;

/** Keeps what Temporal shows while the workflow runs, including failures of attempts. */
async function looked<Result>(handle: WorkflowHandle): Promise<Result> {
  histories.push(handle.workflowId);
  let isDone = false;
  const result = (handle.result() as Promise<Result>).finally(() => (isDone = true));
  let lookedMs = 0;
  const looking = waitUntil(
    async () => {
      if (isDone || Date.now() - lookedMs > LOOK_EVERY_MS) {
        lookedMs = Date.now();
        await traces.look(handle);
      }
      return isDone;
    },
    { what: `${handle.workflowId} ends` },
  );
  const [ended] = await Promise.all([result, looking]);
  return ended;
}

/** Values are refused and rejected in a pipeline and in a redrive, and read by verify. */
async function goThrough([group, values]: (typeof GROUPS)[number]): Promise<void> {
  const topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  const of = { contract: 'table', topic, table: tableOf(group) };
  const good = recordOf(values, GOOD);
  const records = values.flatMap((_, index) => [
    ...[recordOf(values, index), good],
    ...[recordOf(values, byConstraint(index)), good],
    unfitOf(values, index),
  ]);
  await send(topic, [good, ...records]);
  const { handle } = await world.startPipeline(
    { ...of, groupId: topic, until: 'now' },
    uniqueName(group),
  );
  const moved = await looked(handle);
  const redriven = await looked(await startWorkflow(world, 'redrive', { ...of, dryRun: false }));
  const verified = await looked(await startWorkflow(world, 'verify', { ...of, groupId: topic }));
  const letters = `${tableOf(group)}_dead_letters`;
  traces.add(
    'dead letters',
    await world.sql(`SELECT * EXCEPT (value, _key, _headers) FROM ${letters}`),
  );
  const found = await world.sql(
    `SELECT toString(stage) AS stage, toString(count()) AS n FROM ${letters} FINAL GROUP BY stage ORDER BY stage`,
  );
  const { length } = values;
  expect({ group, moved, redriven, verified, found }).toMatchObject({
    group,
    moved: { rows: 2 * length + 1, deadLetters: 3 * length },
    redriven: { redriven: 0, rejected: 3 * length },
    verified: { verdict: 'complete' },
    found: expect.arrayContaining([{ stage: 'insert', n: String(2 * length) }]) as unknown,
  });
}

test('values of every type are refused by the server and rejected by the contract', async () => {
  await Promise.all(GROUPS.map(goThrough));
});

test('a failing dictionary that is looked up by a row value reveals nothing of it', async () => {
  const table = tableOf('asked');
  await ask(`CREATE TABLE ${table}_source (k String, x String) ENGINE = MergeTree ORDER BY k`);
  await ask(
    `CREATE DICTIONARY ${table}_names (k String, x String) PRIMARY KEY k SOURCE(CLICKHOUSE(QUERY ` +
      `'SELECT k, gone FROM ${table}_source WHERE {condition}')) LAYOUT(COMPLEX_KEY_DIRECT()) SETTINGS(enable_analyzer = 0)`,
  );
  await ask(
    `CREATE TABLE ${table} (v String, e String MATERIALIZED dictGet('${table}_names', 'x', tuple(v)), ${LINEAGE.join(', ')}) ` +
      'ENGINE = MergeTree ORDER BY tuple() SETTINGS non_replicated_deduplication_window = 100',
  );
  const record = JSON.stringify({ v: MARK });
  expect(await saidOf('asked', record)).toContain(MARK);
  const topic = await createTopic(world.addresses.kafka, { partitions: 1 });
  await send(topic, [record]);
  const { handle } = await world.startPipeline(
    { contract: 'table', topic, groupId: topic, table, until: 'now' },
    uniqueName('asked'),
  );
  let last = '';
  await waitUntil(
    async () => {
      const { raw } = await handle.describe();
      last = (raw.pendingActivities ?? []).map((each) => each.lastFailure?.message).join('\n');
      return last.includes('ClickHouse error 47 UNKNOWN_IDENTIFIER: Missing columns');
    },
    { what: 'an attempt fails with what is missing' },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says ${last}`);
  });
  await traces.look(handle);
  await world.sql(`ALTER TABLE ${table} DROP COLUMN e`);
  expect(await looked(handle)).toMatchObject({ rows: 1 });
});

test('no trace of any value is left in logs, histories or messages', async () => {
  traces.add('metrics', await (await fetch(`http://${metricsAddress}/metrics`)).text());
  for (const each of world.workers) {
    await each.stop();
    traces.add('log', each.log());
  }
  for (const workflowId of histories) await traces.addHistory(world.client, workflowId);
  const seen = [...new Set(traces.all().map(({ where }) => where))].toSorted();
  expect(seen).toEqual([
    ...['dead letters', 'description', 'details page', 'history', 'log', 'metrics'],
    ...['query batches', 'query report', 'query status'].filter((where) => seen.includes(where)),
  ]);
  const texts = (where: string) =>
    traces
      .all()
      .filter((trace) => trace.where === where)
      .map(({ text }) => text)
      .join('\n');
  // Each position has the error that quoted a value.
  for (const where of ['history', 'log', 'dead letters', 'description']) {
    expect([where, /ClickHouse error (376|691)/.test(texts(where))]).toEqual([where, true]);
  }
  const marks = GROUPS.flatMap(([, values]) => marksOf(values));
  expect([...new Set(findMarks(traces.all(), [...new Set(marks)]))]).toEqual([]);
});
