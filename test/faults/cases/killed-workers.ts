import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import { isApi } from '../net/kafka-tap.js';
import type { Scene } from '../scene.js';
import { BATCH, letPass } from './under-load.js';

const KILLS = 3;
const RECORDS = 20_000;

/** Brings the worker to this point, and returns what then waits on the wire. */
type Reach = (scene: Scene) => Promise<{ drop(): void }>;

function killed(name: string, when: string, reach: Reach): FaultCase {
  return {
    name: `worker/killed-${name}`,
    fault: `SIGKILL ${when}, ${KILLS} times`,
    async run(scene) {
      await scene.load.createTopic(4);
      await scene.load.produce(RECORDS, { badPermille: 5 });
      let worker = await scene.startWorker('linked');
      await scene.startPipeline({ batch: BATCH });
      for (let kill = 0; kill < KILLS; kill++) {
        await letPass(scene, 8);
        await scene.strike(async () => {
          const waiting = await reach(scene);
          worker.kill('SIGKILL');
          await worker.ended();
          waiting.drop();
          scene.stack.links.temporal.heal();
          worker = await scene.startWorker('linked');
        });
      }
    },
  };
}

/** The commit is done, but the worker's report to Temporal never arrives. */
const beforeTheOutcome: Reach = async ({ stack }) => {
  const commit = await stack.kafkaTap.hold('answer', isApi('OffsetCommit'));
  stack.links.temporal.set({ kind: 'silent' });
  commit.release();
  // The activity ends within a few milliseconds of the answer, which only the worker sees.
  await sleep(300);
  return { drop: () => undefined };
};

export const KILLED_WORKERS: readonly FaultCase[] = [
  killed('after-plan', 'after the plan is recorded, before anything is fetched', ({ stack }) =>
    stack.kafkaTap.hold('request', isApi('Fetch')),
  ),
  killed('after-fetch', 'after the fetch, before the insert', ({ stack }) =>
    stack.insertTap.hold('head', isRows),
  ),
  killed('after-dead-letters', 'after the dead letters, before the rows', ({ stack }) =>
    stack.insertTap.hold('answer', ({ isDeadLetters }) => isDeadLetters),
  ),
  killed('mid-body', 'in the middle of the body of an insert', ({ stack }) =>
    stack.insertTap.hold('middle', isRows),
  ),
  killed('after-insert', 'after the insert, before its answer', ({ stack }) =>
    stack.insertTap.hold('answer', isRows),
  ),
  killed('after-commit', 'after the commit, before its answer', ({ stack }) =>
    stack.kafkaTap.hold('answer', isApi('OffsetCommit')),
  ),
  killed('before-outcome', 'before the outcome reaches Temporal', beforeTheOutcome),
];
