import { WorkflowFailedError } from '@temporalio/client';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { BATCH, pausedAndIdle, someRows, underLoad, whileProducing } from './under-load.js';

const PARTITIONS = 4;
const RECORDS = 20_000;

const sameGroup: FaultCase = {
  name: 'guards/same-group',
  fault:
    'a second pipeline is started on the same group under load: it is held by GroupOwnedElsewhere, and goes on by `retry` once the first one is stopped',
  leavesPipelines: true,
  async run(scene) {
    const { load, workflowId } = scene;
    const first = await underLoad(scene, { records: 4_000, partitions: PARTITIONS });
    const producing = load.produce(RECORDS, { rate: 3_000 });
    await someRows(scene, 1_000);
    const second = await scene.startPipeline({ batch: BATCH }, `${workflowId}-second`);
    await waitUntil(async () => (await second.held('GroupOwnedElsewhere')).length === PARTITIONS, {
      what: 'all partitions of the second pipeline are held',
    });
    await scene.strike(() => someRows(scene, 1_000));
    await first.stop();
    await scene.strike(() => second.resolveHold({ partition: 'all', action: 'retry' }));
    await producing;
    await scene.caughtUp();
    await second.stop();
  },
};

const backfill: FaultCase = {
  name: 'guards/backfill-beside-live',
  fault:
    'rows are deleted, and a bounded run with `existing: skip` over all there is fills the gaps beside the live pipeline; SIGKILL of the worker meanwhile',
  leavesPipelines: true,
  async run(scene) {
    const { load, sql, table, workflowId, groupId } = scene;
    const live = await underLoad(scene, { records: RECORDS / 2, partitions: PARTITIONS });
    await someRows(scene, 3_000);
    const producing = load.produce(RECORDS, { rate: 3_000 });
    await sql(`ALTER TABLE ${table} DELETE WHERE _offset % 7 = 0 SETTINGS mutations_sync = 2`);
    await scene.strike(async () => {
      const filling = await scene.startPipeline(
        {
          ...{ groupId: `${groupId}-backfill`, from: 'earliest', until: 'now' },
          ...{ existing: 'skip', batch: BATCH },
        },
        `${workflowId}-backfill`,
      );
      await someRows(scene, 2_000);
      const worker = scene.workers.at(-1);
      worker?.kill('SIGKILL');
      await worker?.ended();
      await scene.startWorker();
      await filling.handle.result();
    });
    await producing;
    await scene.caughtUp();
    await live.stop();
  },
};

const ahead: FaultCase = {
  name: 'guards/backfill-ahead-of-live',
  fault:
    'a bounded run with `existing: skip` up to `now` while the live pipeline is paused and far behind, which then goes on',
  leavesPipelines: true,
  async run(scene) {
    const { load, workflowId, groupId } = scene;
    const live = await underLoad(scene, { records: RECORDS / 2, partitions: PARTITIONS });
    await pausedAndIdle(live);
    await load.produce(RECORDS / 2);
    const filling = await scene.startPipeline(
      { groupId: `${groupId}-backfill`, from: 'earliest', until: 'now', batch: BATCH },
      `${workflowId}-backfill`,
    );
    await filling.handle.result();
    await scene.strike(() => live.signal('resume'));
    await scene.caughtUp();
    await live.stop();
  },
};

/** Starts one pipeline in each group at the same time, and returns the only one that is not refused. */
async function onlyOneOf(scene: Scene, groups: readonly string[]): Promise<Pipeline> {
  const started = await Promise.all(
    groups.map((groupId) =>
      scene.startPipeline({ groupId, from: 'earliest', batch: BATCH }, `${groupId}-pipeline`),
    ),
  );
  const running: Pipeline[] = [];
  for (const pipeline of started) if (await hasStarted(pipeline)) running.push(pipeline);
  const [only] = running;
  if (only === undefined || running.length > 1) {
    throw new Error(`${running.length} of ${groups.length} pipelines move the same records`);
  }
  return only;
}

/** False if it was refused because of another pipeline. */
async function hasStarted(pipeline: Pipeline): Promise<boolean> {
  const isOpen = async () => (await pipeline.handle.describe()).status.name === 'RUNNING';
  await waitUntil(async () => !(await isOpen()) || (await pipeline.status()).state !== 'starting', {
    what: 'the pipeline has started, or was refused',
  });
  if (await isOpen()) return true;
  const why: unknown = await pipeline.handle.result().catch((error: unknown) => error);
  if (why instanceof WorkflowFailedError && why.cause?.message.includes('already moves topic')) {
    return false;
  }
  throw new Error('a pipeline ended without being refused', { cause: why });
}

const second: FaultCase = {
  name: 'guards/second-pipeline',
  fault:
    'three pipelines in three groups are started in the same instant, and two more under load: one of them moves the records. It is terminated in the middle of a batch, and of the next three one goes on',
  leavesPipelines: true,
  async run(scene) {
    const { load, groupId } = scene;
    const groups = (round: number) => [1, 2, 3].map((each) => `${groupId}-${round}-${each}`);
    await load.createTopic(PARTITIONS);
    await load.produce(RECORDS / 2);
    await scene.startWorker();
    let running = await onlyOneOf(scene, groups(1));
    await whileProducing(scene, 3_000, async () => {
      for (const each of [1, 2]) {
        const late = { groupId: `${groupId}-late-${each}`, batch: BATCH };
        if (await hasStarted(await scene.startPipeline(late, `${late.groupId}-pipeline`))) {
          throw new Error('a second pipeline moves the same records');
        }
      }
      await scene.strike(async () => {
        await someRows(scene, 1_000);
        await running.handle.terminate('the case wants it');
        running = await onlyOneOf(scene, groups(2));
      });
    });
    await scene.caughtUp();
    await running.stop();
  },
};

const repeated: FaultCase = {
  name: 'guards/start-repeated',
  fault:
    'the start command of a pipeline with `from: earliest` is given again and again under load, three times after a stop and three times after a terminate',
  async run(scene) {
    const input = { from: 'earliest', batch: BATCH } as const;
    let running = await underLoad(scene, { records: RECORDS / 2, partitions: PARTITIONS, input });
    await whileProducing(scene, 1_500, async () => {
      for (let round = 0; round < 6; round++) {
        await scene.strike(async () => {
          await someRows(scene, 500);
          if (round % 2 === 0) await running.stop();
          else await running.handle.terminate('the case wants it');
          running = await scene.startPipeline(input);
        });
      }
    });
  },
};

export const GUARDS_PIPELINES: readonly FaultCase[] = [
  sameGroup,
  second,
  repeated,
  backfill,
  ahead,
];
