import { setTimeout as sleep } from 'node:timers/promises';
import {
  brokerOf,
  coordinatorOf,
  layoutOf,
  partitionsOn,
  untilAllInSync,
} from '../cluster/layout.js';
import { beginTrial, measureFault } from '../cluster/trial.js';
import { startedIsMoving } from '../cluster/started-worker.js';
import { untilTold } from '../cluster/wait-for-status.js';
import type { FaultCase } from '../fault-case.js';

const SHORT_MS = 40_000;
const LONG_MS = 185_000;

/** Partition n is only on broker n + 1. */
export const SINGLE_COPIES = [[1], [2], [3]];

/** Each broker has no replica of one partition, which the fault must not affect. */
export const TWO_COPIES = [
  [1, 2],
  [2, 3],
  [3, 1],
];

const short: FaultCase = {
  name: 'clusters/hung-broker',
  fault: `SIGSTOP of one of three brokers for ${SHORT_MS / 1_000} s, with the only copy of a partition; the others go on, and the status names partition and broker`,
  brokers: 3,
  async run(scene) {
    const pipeline = await beginTrial(scene, { replicas: SINGLE_COPIES });
    const broker = brokerOf(scene, 2);
    await measureFault(scene, {
      partitions: 3,
      brokers: [2],
      affected: [1],
      async fault() {
        await broker.kill('SIGSTOP');
        const left = sleep(SHORT_MS);
        await untilTold(pipeline, 1, (told) => told !== undefined);
        await left;
        await broker.kill('SIGCONT');
      },
    });
    await untilTold(pipeline, 1, (told) => told === undefined);
  },
};

const long: FaultCase = {
  name: 'clusters/hung-broker-long',
  fault: `SIGSTOP of one of three brokers for ${LONG_MS / 1_000} s; another one takes over what it led`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    const broker = brokerOf(scene, 2);
    await measureFault(scene, {
      partitions: 3,
      brokers: [2],
      affected: partitionsOn(await layoutOf(scene), 2),
      async fault() {
        await broker.kill('SIGSTOP');
        await sleep(LONG_MS);
        await broker.kill('SIGCONT');
      },
    });
    await untilAllInSync(scene);
  },
};

const coordinator: FaultCase = {
  name: 'clusters/hung-coordinator',
  fault: `SIGSTOP of the group's coordinator for ${SHORT_MS / 1_000} s; partitions that other brokers lead go on`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: SINGLE_COPIES });
    const id = await coordinatorOf(scene);
    const broker = brokerOf(scene, id);
    await measureFault(scene, {
      partitions: 3,
      brokers: [id],
      affected: [id - 1],
      async fault() {
        await broker.kill('SIGSTOP');
        await sleep(SHORT_MS);
        await broker.kill('SIGCONT');
      },
    });
  },
};

const bootstrap: FaultCase = {
  name: 'clusters/hung-bootstrap',
  fault:
    'SIGSTOP of the first bootstrap address, with another worker started meanwhile: it moves every partition',
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    const broker = brokerOf(scene, 1);
    await scene.strike(async () => {
      const breakIt = () => broker.kill('SIGSTOP');
      await startedIsMoving(scene, { partitions: 3, brokers: [1], breakIt });
    });
    await untilAllInSync(scene);
  },
};

export const HUNG_BROKERS: readonly FaultCase[] = [short, long, coordinator, bootstrap];
