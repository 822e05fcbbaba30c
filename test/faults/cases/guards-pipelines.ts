import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { BATCH, pausedAndIdle, someRows, underLoad } from './under-load.js';

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

export const GUARDS_PIPELINES: readonly FaultCase[] = [sameGroup, backfill, ahead];
