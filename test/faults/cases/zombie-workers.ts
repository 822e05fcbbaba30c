import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { portOf } from '../fault-stack.js';
import { type InsertTap, openInsertTap } from '../net/insert-tap.js';
import { type Link, openLink } from '../net/link.js';
import type { Scene } from '../scene.js';
import type { WorkerProcess } from '../../support/worker-process.js';
import { refuseWholeBatches } from './memory.js';
import { BATCH, secondAttempts } from './under-load.js';

const RECORDS = 20_000;

/** What the zombie logs when it learns that it is one: from the fencing before its sends, or from Temporal's core. */
const GIVEN_AWAY = /Activity failed|completed as cancelled/;

/** More rows than one half of the first batch, and fewer than both. */
const MORE_THAN_HALF = 300;

/**
 * A second worker takes over the first one's work, splits it differently, and inserts it. Temporal's core ends an attempt
 * by itself about eight seconds without an answer, so this must happen before that.
 */
async function takenOver(scene: Scene, lose: () => void): Promise<void> {
  const { sql, stack, table } = scene;
  const refused = refuseWholeBatches(stack.insertTap);
  await scene.startWorker('linked');
  await scene.strike(() => {
    lose();
    return Promise.resolve();
  });
  const isDone = async () => {
    const [row] = await sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${table}`);
    return refused() > 0 && Number(row?.n) > MORE_THAN_HALF;
  };
  await waitUntil(isDone, { what: 'the batch is done in a smaller cut' });
}

/** The zombie either sends, or says that it may not. */
async function zombieActs({ tap, worker }: Zombie): Promise<void> {
  let hasSent = false;
  tap.hold('answer').then(
    (answer) => {
      hasSent = true;
      answer.release();
    },
    () => undefined,
  );
  await waitUntil(() => hasSent || GIVEN_AWAY.test(worker.log()), {
    what: 'the worker that went on has acted',
  });
}

interface Zombie {
  readonly worker: WorkerProcess;
  readonly tap: InsertTap;
  readonly temporal: Link;
  /** The answer to its dead letters, for which it waits. */
  readonly letters: { release(): void };
  end(): Promise<void>;
}

/** A worker with its own connection and a running batch whose dead letters are written and whose rows are not. */
async function betweenLettersAndRows(scene: Scene): Promise<Zombie> {
  const { stack, load } = scene;
  const tap = await openInsertTap(stack.addresses.clickHouse);
  await load.createTopic(4);
  await load.produce(RECORDS, { badPermille: 20 });
  const temporal = await openLink({ target: portOf(stack.addresses.temporal) });
  const worker = await scene.startWorker('linked', {
    CLICKHOUSE_PORT: String(tap.port),
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
    // A cancelled attempt is only logged at this level.
    MILLRACE_LOG_LEVEL: 'DEBUG',
  });
  await scene.startPipeline({ batch: BATCH, lanes: 1 });
  const letters = await tap.hold('answer', ({ isDeadLetters }) => isDeadLetters);
  return {
    worker,
    tap,
    temporal,
    letters,
    async end() {
      worker.kill('SIGKILL');
      await worker.ended();
      await temporal.close();
      await tap.close();
    },
  };
}

const stopped: FaultCase = {
  name: 'worker/stopped-before-rows',
  fault:
    'SIGSTOP between dead letters and rows; SIGCONT once another worker has done the batch in smaller blocks (241)',
  async run(scene) {
    const zombie = await betweenLettersAndRows(scene);
    await takenOver(scene, () => {
      zombie.worker.kill('SIGSTOP');
      zombie.letters.release();
      // Otherwise Temporal would keep giving tasks to it.
      zombie.temporal.set({ kind: 'refused' });
    });
    const acts = zombieActs(zombie);
    zombie.temporal.heal();
    zombie.worker.kill('SIGCONT');
    await acts;
    scene.stack.insertTap.profile = () => ({});
    await zombie.end();
  },
};

const cutOff: FaultCase = {
  name: 'worker/cut-off-from-temporal',
  fault:
    'one worker loses Temporal alone, between dead letters and rows, while another one does its batch in smaller blocks (241)',
  async run(scene) {
    const zombie = await betweenLettersAndRows(scene);
    await takenOver(scene, () => {
      zombie.temporal.set({ kind: 'refused' });
    });
    const acts = zombieActs(zombie);
    zombie.letters.release();
    await acts;
    scene.stack.insertTap.profile = () => ({});
    await zombie.end();
  },
};

const stoppedMidBody: FaultCase = {
  name: 'worker/stopped-mid-body',
  fault:
    'SIGSTOP in the middle of the body of an insert; SIGCONT while another worker repeats the batch',
  async run(scene) {
    const tap = await openInsertTap(scene.stack.addresses.clickHouse);
    await scene.load.createTopic(4);
    await scene.load.produce(RECORDS);
    const first = await scene.startWorker('linked', { CLICKHOUSE_PORT: String(tap.port) });
    const pipeline = await scene.startPipeline({ batch: BATCH });
    const half = await tap.hold('middle');
    first.kill('SIGSTOP');
    await scene.startWorker('linked');
    // The other lane's batch may be done by then. The repeat of the stopped insert waits for running inserts.
    await waitUntil(async () => (await secondAttempts(pipeline)) > 0, {
      what: 'the batch of the stopped worker is tried again',
    });
    await scene.strike(async () => {
      first.kill('SIGCONT');
      half.release();
      await Promise.resolve();
    });
    await scene.caughtUp();
    first.kill('SIGKILL');
    await first.ended();
    await tap.close();
  },
};

export const ZOMBIE_WORKERS: readonly FaultCase[] = [stopped, stoppedMidBody, cutOff];
