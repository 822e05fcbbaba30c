import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from '../../../dev/stack/server.js';
import type { PartitionStatus } from '../../../src/domain/pipeline/public-types.js';
import { withAdmin } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { type Stalls, stallsWhile } from '../stalls.js';
import { BATCH, someRows } from './under-load.js';

const AWAY_MS = 40_000;

/** A partition that waited for another one's broker would stand still for as long as that is away. */
const UNAFFECTED_MAX_MS = 30_000;

/** Partition n is on broker n + 1 alone. */
const SINGLE_COPIES = [[1], [2], [3]];
const THREE_COPIES = [
  [1, 2, 3],
  [2, 3, 1],
  [3, 1, 2],
];

async function begin(scene: Scene, replicas: readonly (readonly number[])[]): Promise<Pipeline> {
  const config = { 'min.insync.replicas': '1' };
  await scene.load.createAssignedTopic({ replicas, config });
  await scene.load.produce(3_000);
  await scene.startWorker();
  const pipeline = await scene.startPipeline({ batch: BATCH });
  await someRows(scene);
  await scene.caughtUp();
  return pipeline;
}

function brokerOf({ stack }: Scene, id: number): Server {
  const broker = stack.brokers[id - 1];
  if (broker === undefined) throw new Error(`there is no broker ${id}`);
  return broker;
}

function addressesWithout({ stack }: Scene, id: number): string {
  return stack.brokers
    .filter((_, index) => index !== id - 1)
    .map(({ address }) => address)
    .join();
}

/** Fails where a partition that the fault does not concern stood still because of it. */
function judge(scene: Scene, { longestMs, producerMs }: Stalls): void {
  const told = [...longestMs].map(
    ([partition, ms]) => `${partition}: ${(ms / 1_000).toFixed(1)} s`,
  );
  const producer = `${(producerMs / 1_000).toFixed(1)} s`;
  scene.notes.push(
    `longest time without a row of unaffected partitions: ${told.join(', ')}; without an acknowledgement for the producer: ${producer}`,
  );
  for (const [partition, ms] of longestMs) {
    if (ms < UNAFFECTED_MAX_MS) continue;
    throw new Error(`partition ${partition} stood still for ${Math.round(ms)} ms`);
  }
}

/** `status` names the partition, its broker and since when, and forgets it afterwards. */
async function untilTold(
  pipeline: Pipeline,
  partition: number,
  isIt: (told: PartitionStatus['unavailable']) => boolean,
): Promise<void> {
  const told = async () => (await pipeline.status()).partitions[partition]?.unavailable;
  await waitUntil(async () => isIt(await told()), {
    what: `the status tells what partition ${partition} waits for`,
  });
}

const hung: FaultCase = {
  name: 'clusters/hung-broker',
  fault: `SIGSTOP of one of three brokers for ${AWAY_MS / 1_000} s, with the only copy of a partition; the others go on, and the status names partition and broker`,
  brokers: 3,
  async run(scene) {
    const pipeline = await begin(scene, SINGLE_COPIES);
    const broker = brokerOf(scene, 2);
    await scene.strike(async () => {
      const to = { partitions: [0, 2], brokers: addressesWithout(scene, 2) };
      const stalls = await stallsWhile(scene, to, async () => {
        await broker.kill('SIGSTOP');
        const left = sleep(AWAY_MS);
        await untilTold(pipeline, 1, (told) => told !== undefined);
        await left;
      });
      await broker.kill('SIGCONT');
      judge(scene, stalls);
    });
    await untilTold(pipeline, 1, (told) => told === undefined);
  },
};

const leaderless: FaultCase = {
  name: 'clusters/leaderless',
  fault: `SIGKILL of the broker with the only copy of a partition, for ${AWAY_MS / 1_000} s; the others go on, and the status says that there is no leader`,
  brokers: 3,
  async run(scene) {
    const pipeline = await begin(scene, SINGLE_COPIES);
    const broker = brokerOf(scene, 3);
    await scene.strike(async () => {
      const to = { partitions: [0, 1], brokers: addressesWithout(scene, 3) };
      const stalls = await stallsWhile(scene, to, async () => {
        await broker.kill('SIGKILL');
        const left = sleep(AWAY_MS);
        await untilTold(pipeline, 2, (told) => told?.why === 'leaderless');
        await left;
      });
      await broker.restart();
      judge(scene, stalls);
    });
    await untilTold(pipeline, 2, (told) => told === undefined);
  },
};

/** By Kafka's own rule: the leader of one partition of the topic of offsets. */
async function coordinatorOf({ stack, groupId }: Scene): Promise<number> {
  return withAdmin(stack.addresses.kafka, async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    const partitions = topics[0]?.partitions ?? [];
    let hash = 0;
    for (const character of groupId) hash = (Math.imul(31, hash) + character.charCodeAt(0)) | 0;
    const at = (hash & 0x7fffffff) % partitions.length;
    return partitions.find(({ partitionId }) => partitionId === at)?.leader ?? -1;
  });
}

const hungCoordinator: FaultCase = {
  name: 'clusters/hung-coordinator',
  fault: `SIGSTOP of the group's coordinator for ${AWAY_MS / 1_000} s; partitions that other brokers lead go on`,
  brokers: 3,
  async run(scene) {
    await begin(scene, SINGLE_COPIES);
    const id = await coordinatorOf(scene);
    const broker = brokerOf(scene, id);
    await scene.strike(async () => {
      const partitions = [0, 1, 2].filter((partition) => partition !== id - 1);
      const to = { partitions, brokers: addressesWithout(scene, id) };
      const stalls = await stallsWhile(scene, to, async () => {
        await broker.kill('SIGSTOP');
        await sleep(AWAY_MS);
      });
      await broker.kill('SIGCONT');
      judge(scene, stalls);
    });
  },
};

const hungBootstrap: FaultCase = {
  name: 'clusters/hung-bootstrap',
  fault:
    'SIGSTOP of the first bootstrap address, with another worker started meanwhile: it moves rows',
  brokers: 3,
  async run(scene) {
    await begin(scene, THREE_COPIES);
    const broker = brokerOf(scene, 1);
    await scene.strike(async () => {
      await scene.workers[0]?.stop();
      await broker.kill('SIGSTOP');
      // Its leaders move after nine seconds.
      await sleep(15_000);
      const to = { partitions: [0, 1, 2], brokers: addressesWithout(scene, 1) };
      await stallsWhile(scene, to, async () => {
        await scene.startWorker();
        const startedMs = performance.now();
        await someRows(scene);
        const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
        scene.notes.push(`the first row ${seconds} s after the worker was ready`);
        if (performance.now() - startedMs > 10 * 10_000) throw new Error(`it took ${seconds} s`);
      });
      await broker.kill('SIGCONT');
    });
  },
};

const killedLeader: FaultCase = {
  name: 'clusters/killed-leader',
  fault: 'SIGKILL of a leader, and of the group’s coordinator, under load; others take over',
  brokers: 3,
  async run(scene) {
    await begin(scene, THREE_COPIES);
    for (const id of [2, await coordinatorOf(scene)]) {
      await scene.strike(async () => {
        const partitions = [0, 1, 2].filter((partition) => partition !== id - 1);
        const to = { partitions, brokers: addressesWithout(scene, id) };
        const stalls = await stallsWhile(scene, to, async () => {
          await brokerOf(scene, id).kill('SIGKILL');
          await sleep(15_000);
        });
        await brokerOf(scene, id).restart();
        judge(scene, stalls);
      });
    }
  },
};

const rolling: FaultCase = {
  name: 'clusters/rolling-restart',
  fault: 'a controlled restart of each broker in turn, under load',
  brokers: 3,
  async run(scene) {
    await begin(scene, THREE_COPIES);
    const to = { partitions: [0, 1, 2], brokers: scene.stack.addresses.kafka };
    await scene.strike(async () => {
      const stalls = await stallsWhile(scene, to, async () => {
        for (const broker of scene.stack.brokers) {
          await broker.stop();
          await broker.restart();
        }
      });
      judge(scene, stalls);
    });
  },
};

export const AWAY_BROKERS: readonly FaultCase[] = [
  hung,
  leaderless,
  hungCoordinator,
  hungBootstrap,
  killedLeader,
  rolling,
];
