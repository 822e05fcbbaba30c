import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import { OPEN } from '../net/link.js';
import type { Scene } from '../scene.js';
import { someRows, underLoad } from './under-load.js';

const TIMES = 3;
const STOPPED_MS = 30_000;

/** More than the pipeline moves before the fault. */
const RECORDS_EACH_TIME = 8_000;

/** Each time under load, because a stopped broker accepts no records. */
async function struckUnderLoad(scene: Scene, fault: () => Promise<void>): Promise<void> {
  await scene.load.produce(RECORDS_EACH_TIME);
  await someRows(scene, 1 + Math.floor(scene.random() * 2_000));
  await scene.strike(fault);
}

const killed: FaultCase = {
  name: 'kafka/killed',
  fault: `SIGKILL of the broker under load, and a restart, ${TIMES} times`,
  async run(scene) {
    const { kafka } = scene.stack;
    await underLoad(scene, { records: 2_000, badPermille: 5 });
    for (let time = 0; time < TIMES; time++) {
      await struckUnderLoad(scene, async () => {
        await kafka.kill('SIGKILL');
        await kafka.restart();
      });
    }
  },
};

const stopped: FaultCase = {
  name: 'kafka/stopped',
  fault: `SIGSTOP of the broker under load for ${STOPPED_MS / 1_000} s`,
  async run(scene) {
    const { kafka } = scene.stack;
    await underLoad(scene, { records: 2_000 });
    await struckUnderLoad(scene, async () => {
      await kafka.kill('SIGSTOP');
      await sleep(STOPPED_MS);
      await kafka.kill('SIGCONT');
    });
  },
};

const packetLoss: FaultCase = {
  name: 'kafka/packet-loss',
  fault: `no packet arrives for a second, on every connection to Kafka, ClickHouse and Temporal, ${TIMES} times`,
  async run(scene) {
    const { kafka, clickHouse, temporal } = scene.stack.links;
    const links = [kafka, clickHouse, temporal];
    await underLoad(scene, { records: 2_000, route: 'linked' });
    for (let time = 0; time < TIMES; time++) {
      await struckUnderLoad(scene, async () => {
        for (const link of links) link.set({ kind: 'held' });
        await sleep(1_000);
        for (const link of links) link.set(OPEN);
      });
    }
  },
};

export const KAFKA_BROKER: readonly FaultCase[] = [killed, stopped, packetLoss];
