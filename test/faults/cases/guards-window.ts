import { WorkflowFailedError } from '@temporalio/client';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import type { Scene } from '../scene.js';
import { BATCH, underLoad } from './under-load.js';

const KILLS = 3;
const RECORDS = 10_000;

/** Parts that the table recognises: fewer than two lanes insert between two sends of one block. */
const WINDOW = 10;

function narrowWindow({ sql, table }: Scene): Promise<unknown> {
  return sql(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = ${WINDOW}`);
}

/** Kills the worker after its insert is done and before it receives the answer. */
async function killAfterInsert(scene: Scene, meanwhile: () => Promise<void>): Promise<void> {
  const answer = await scene.stack.insertTap.hold('answer', isRows);
  const worker = scene.workers.at(-1);
  worker?.kill('SIGKILL');
  await worker?.ended();
  answer.drop();
  await meanwhile();
  await scene.startWorker('linked');
}

const small: FaultCase = {
  name: 'guards/window-too-small',
  fault: `a table that recognises ${WINDOW} parts: the guarantee says why it is at-least-once, \`exactly-once\` refuses to start; SIGKILL after the insert, ${KILLS} times`,
  async run(scene) {
    const first = await underLoad(scene, { records: 1_000, route: 'linked' });
    await scene.caughtUp();
    await first.stop();
    await narrowWindow(scene);
    await refusesToStart(scene);
    await scene.load.produce(RECORDS);
    const pipeline = await scene.startPipeline({ batch: BATCH });
    for (let kill = 0; kill < KILLS; kill++) {
      await scene.strike(() => killAfterInsert(scene, () => Promise.resolve()));
    }
    const { guarantee } = await pipeline.status();
    if (guarantee?.level !== 'at-least-once') {
      throw new Error('the guarantee says nothing of the window');
    }
    scene.notes.push(guarantee.why.join('; ').replaceAll(`${scene.database}.`, ''));
  },
};

async function refusesToStart({ client, workflowId, groupId }: Scene): Promise<void> {
  const error: unknown = await client.workflow
    .execute('pipeline', {
      workflowId: `${workflowId}-strict`,
      taskQueue: workflowId,
      args: [{ guarantee: 'exactly-once', groupId: `${groupId}-strict` }],
    })
    .catch((reason: unknown) => reason);
  const why = error instanceof WorkflowFailedError ? String(error.cause?.message) : '';
  if (!why.includes('provides at-least-once'))
    throw new Error(`exactly-once was not refused: ${why}`);
}

const outlasted: FaultCase = {
  name: 'guards/outage-longer-than-window',
  fault: `SIGKILL after the insert, and ${5 * WINDOW} inserts of others until the next worker comes: ClickHouse has forgotten the token, ${KILLS} times`,
  async run(scene) {
    await underLoad(scene, { records: RECORDS, route: 'linked' });
    await narrowWindow(scene);
    for (let kill = 0; kill < KILLS; kill++) {
      await scene.strike(() => killAfterInsert(scene, () => forgetTokens(scene, kill)));
    }
  },
};

/** Inserts of another program push all earlier tokens out of the window. */
async function forgetTokens({ sql, table }: Scene, time: number): Promise<void> {
  const insert = (event: string) =>
    sql(
      `INSERT INTO ${table} (event_id, _topic) SETTINGS insert_deduplication_token = '${time}/${event}'
       SELECT '${event}', 'another'`,
    );
  await insert('first');
  for (let other = 1; other < 5 * WINDOW; other++) await insert(`other ${other}`);
  await insert('first');
  const [twice] = await sql<{ n: string }>(
    `SELECT toString(count()) AS n FROM ${table} WHERE _topic = 'another' AND event_id = 'first'`,
  );
  if (twice?.n !== '2') throw new Error('the window is larger than it was set');
  await sql(`ALTER TABLE ${table} DELETE WHERE _topic = 'another' SETTINGS mutations_sync = 2`);
}

export const GUARDS_WINDOW: readonly FaultCase[] = [small, outlasted];
