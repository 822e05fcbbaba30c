import { setTimeout as sleep } from 'node:timers/promises';
import {
  brokerOf,
  coordinatorOf,
  layoutOf,
  partitionsOn,
  untilAllInSync,
} from '../cluster/layout.js';
import { beginTrial, measureFault } from '../cluster/trial.js';
import { untilTold } from '../cluster/wait-for-status.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { SINGLE_COPIES, TWO_COPIES } from './hung-brokers.js';

const AWAY_MS = 40_000;
const KILLED_MS = 15_000;

export const THREE_COPIES = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
];

const leaderless: FaultCase = {
  name: 'clusters/leaderless',
  fault: `SIGKILL of the broker with the only copy of a partition, for ${AWAY_MS / 1_000} s; the others go on, and the status says that there is no leader`,
  brokers: 3,
  async run(scene) {
    const pipeline = await beginTrial(scene, { replicas: SINGLE_COPIES });
    const broker = brokerOf(scene, 3);
    await measureFault(scene, {
      partitions: 3,
      brokers: [3],
      affected: [2],
      async fault() {
        await broker.kill('SIGKILL');
        const left = sleep(AWAY_MS);
        await untilTold(pipeline, 2, (told) => told?.why === 'leaderless');
        await left;
        await broker.restart();
      },
    });
    await untilTold(pipeline, 2, (told) => told === undefined);
  },
};

async function killFor(scene: Scene, id: number): Promise<void> {
  await measureFault(scene, {
    partitions: 3,
    brokers: [id],
    affected: partitionsOn(await layoutOf(scene), id),
    async fault() {
      await brokerOf(scene, id).kill('SIGKILL');
      await sleep(KILLED_MS);
      await brokerOf(scene, id).restart();
      await untilAllInSync(scene);
    },
  });
}

const killedLeader: FaultCase = {
  name: 'clusters/killed-leader',
  fault: `SIGKILL of a broker that leads, for ${KILLED_MS / 1_000} s, under load; another one takes over`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    await killFor(scene, 2);
  },
};

const killedCoordinator: FaultCase = {
  name: 'clusters/killed-coordinator',
  fault: `SIGKILL of the group's coordinator, for ${KILLED_MS / 1_000} s, under load; another one takes over`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    await killFor(scene, await coordinatorOf(scene));
  },
};

const tooFewInSync: FaultCase = {
  name: 'clusters/too-few-in-sync',
  fault: `SIGKILL of two of three brokers for ${KILLED_MS / 1_000} s: every partition has a leader, and takes no records, because \`min.insync.replicas\` is not met`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, {
      partitions: 3,
      brokers: [2, 3],
      async fault() {
        for (const id of [2, 3]) {
          await brokerOf(scene, id).kill('SIGKILL');
          await sleep(1_000);
        }
        await sleep(KILLED_MS);
        await Promise.all([2, 3].map((id) => brokerOf(scene, id).restart()));
        await untilAllInSync(scene);
      },
    });
  },
};

const rolling: FaultCase = {
  name: 'clusters/rolling-restart',
  fault: 'a controlled restart of each broker in turn, under load',
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, { partitions: 3, fault: () => restartEach(scene) });
  },
};

/** As an operator does it: the next broker only after every replica has caught up. */
export async function restartEach(scene: Scene): Promise<void> {
  for (const broker of scene.stack.brokers) {
    await broker.stop();
    await broker.restart();
    await untilAllInSync(scene);
  }
}

export const DEAD_BROKERS: readonly FaultCase[] = [
  leaderless,
  killedLeader,
  killedCoordinator,
  tooFewInSync,
  rolling,
];
