import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { WorkerProcess } from '../../support/worker-process.js';
import type { FaultCase } from '../fault-case.js';
import type { Held } from '../net/held-traffic.js';
import type { Insert, InsertPoint } from '../net/forward-request.js';
import { type InsertTap, isRows, openInsertTap } from '../net/insert-tap.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { refuseWholeBatches } from './memory.js';
import { BATCH, secondAttempts, someRows } from './under-load.js';

const RECORDS = 20_000;

/** How long the next worker has to do what it must not do. */
const TEMPTED_MS = 6_000;

interface LateInsert {
  readonly pipeline: Pipeline;
  /** Of the dead worker. It buffers whole bodies, so that the insert outlives its sender. */
  readonly tap: InsertTap;
  readonly held: Held<Insert>;
}

/** The worker is dead, and one of its inserts waits at this point. */
async function lateInsert(scene: Scene, point: InsertPoint): Promise<LateInsert> {
  const tap = await openInsertTap(scene.stack.addresses.clickHouse);
  tap.takesBodies = true;
  await scene.load.createTopic(4);
  await scene.load.produce(RECORDS);
  const worker: WorkerProcess = await scene.startWorker('linked', {
    CLICKHOUSE_PORT: String(tap.port),
  });
  const pipeline = await scene.startPipeline({ batch: BATCH, lanes: 1 });
  await someRows(scene);
  const held = await tap.hold(point, isRows);
  worker.kill('SIGKILL');
  await worker.ended();
  return { pipeline, tap, held };
}

/** Lets the insert continue, and waits until the server has finished it. */
async function arrives({ tap, held }: LateInsert): Promise<void> {
  const answer = tap.hold('answer', isRows);
  held.release();
  (await answer).release();
}

const afterSuccessor: FaultCase = {
  name: 'worker/late-insert',
  fault:
    'SIGKILL while a proxy has the insert; it reaches ClickHouse after another worker has repeated the batch',
  async run(scene) {
    const late = await lateInsert(scene, 'taken');
    await scene.strike(async () => {
      await scene.startWorker('linked');
    });
    await arrives(late);
    await late.tap.close();
  },
};

const besideSuccessor: FaultCase = {
  name: 'worker/late-insert-recut',
  fault:
    'SIGKILL while the insert still runs on ClickHouse, which refuses whole batches (241) to the worker that takes over',
  async run(scene) {
    const late = await lateInsert(scene, 'middle');
    const refused = refuseWholeBatches(scene.stack.insertTap);
    await scene.startWorker('linked');
    await waitUntil(async () => (await secondAttempts(late.pipeline)) > 0, {
      what: 'the batch is tried again',
    });
    const before = await scene.arrived();
    await tempted(async () => refused() > 0 && (await scene.arrived()) > before);
    await scene.strike(() => arrives(late));
    await waitUntil(() => refused() > 0, { what: 'a whole batch was refused' });
    scene.stack.insertTap.profile = () => ({});
    await late.tap.close();
  },
};

/** Ends early if it has happened. */
async function tempted(hasFallen: () => Promise<boolean>): Promise<void> {
  for (const endMs = performance.now() + TEMPTED_MS; performance.now() < endMs;) {
    if (await hasFallen()) return;
    await sleep(100);
  }
}

export const LATE_INSERTS: readonly FaultCase[] = [afterSuccessor, besideSuccessor];
