// Promise: `millrace check` finds a running pipeline that fills the same table from the same topic in another group, which a start
// refuses. A pipeline with an end, the pipeline's own workflow, and other topics and tables are no problem. Checked against Temporal, with workflows that have the memo of a pipeline.
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { MEMO_NAME } from '../../../src/domain/pipeline/pipeline-memo.js';
import { openUserFolder, type UserFolder } from '../../support/run-millrace.js';
import { createTopic, query, stackAddresses, uniqueName } from '../../support/stack.js';
import { userEnvironment } from '../../support/user-environment.js';
import { waitUntil } from '../../support/wait-until.js';

const database = uniqueName('beside').replaceAll('-', '_');
const taskQueue = uniqueName('nobody');
let folder: UserFolder;
let topic: string;
let connection: Connection;
let client: Client;

beforeAll(async () => {
  connection = await Connection.connect({ address: stackAddresses().temporal });
  client = new Client({ connection });
  folder = openUserFolder();
  topic = await createTopic({ partitions: 1 });
  await query(`CREATE DATABASE ${database}`);
  folder.write(
    'millrace.yaml',
    `pipelines:
  beside-orders: { topic: ${topic}, groupId: mine, table: orders }
`,
  );
});
const started: string[] = [];
afterEach(async () => {
  for (const id of started.splice(0)) await client.workflow.getHandle(id).terminate();
});
afterAll(async () => {
  folder.remove();
  await query(`DROP DATABASE ${database}`);
  await connection.close();
});

/** A workflow that looks like a pipeline. No worker runs it. */
async function running(more: object, workflowId = uniqueName('other')): Promise<string> {
  const memo = {
    ...{ state: 'running', topic, groupId: 'theirs', table: 'orders', database },
    ...{ guarantee: 'exactly-once', holds: {}, bounded: false },
    ...more,
  };
  await client.workflow.start('pipeline', {
    ...{ workflowId, taskQueue, args: [], memo: { [MEMO_NAME]: memo } },
  });
  started.push(workflowId);
  await waitUntil(
    async () => {
      for await (const each of client.workflow.list({ query: 'CloseTime IS NULL' })) {
        if (each.workflowId === workflowId) return true;
      }
      return false;
    },
    { what: 'visibility lists the workflow' },
  );
  return workflowId;
}

const check = () =>
  folder.run(['check'], { ...userEnvironment(database), MILLRACE_TASK_QUEUE: taskQueue });

test('a running pipeline of another group is an error, with what to do', async () => {
  const id = await running({});
  const { out, code } = await check();
  expect(out).toContain(
    `error   pipeline beside-orders: workflow ${id} (running) already moves topic ${topic} into orders, in group theirs`,
  );
  expect(out).not.toContain('guarantee: exactly-once');
  expect(code).toBe(1);
});

test.each([
  ['the same group', { groupId: 'mine' }],
  ['an end', { bounded: true }],
  ['another table', { table: 'others' }],
  ['another topic', { topic: 'another' }],
])('a running pipeline with %s is no problem', async (_, more) => {
  await running(more);
  expect(await check()).toMatchObject({ code: 0 });
});

test("the pipeline's own workflow is no problem", async () => {
  await running({}, 'beside-orders');
  expect(await check()).toMatchObject({ code: 0 });
});
