import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import { waitUntil } from '../../support/wait-until.js';
import { brokerOf, layoutOf, reassign } from '../cluster/layout.js';
import { startedIsMoving } from '../cluster/started-worker.js';
import { beginTrial, measureFault } from '../cluster/trial.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { THREE_COPIES } from './dead-brokers.js';
import { TWO_COPIES } from './hung-brokers.js';

const MOVES = 6;
const BETWEEN_MS = 3_000;

/** The same brokers for every partition, shifted by one. */
function turned(replicas: readonly (readonly number[])[], by: number): number[][] {
  return replicas.map((ids) => ids.map((_, at) => ids[(at + by) % ids.length] ?? 0));
}

const reassigned: FaultCase = {
  name: 'clusters/reassigned',
  fault: 'every partition is moved to other brokers, 3 times, under load',
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    await measureFault(scene, {
      partitions: 3,
      async fault() {
        for (let times = 1; times <= 3; times++) {
          await reassign(
            scene,
            TWO_COPIES.map((ids) => ids.map((id) => ((id - 1 + times) % 3) + 1)),
          );
          await sleep(BETWEEN_MS);
        }
      },
    });
  },
};

const leadersMoved: FaultCase = {
  name: 'clusters/leaders-moved',
  fault: `the leader of every partition is moved, ${MOVES} times, every few seconds, under load`,
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, {
      partitions: 3,
      async fault() {
        for (let times = 1; times <= MOVES; times++) {
          await reassign(scene, turned(THREE_COPIES, times));
          await electPreferred(scene);
          await sleep(BETWEEN_MS);
        }
      },
    });
  },
};

/** Makes the first replica of each partition its leader. Resolves once it is. */
async function electPreferred(scene: Scene): Promise<void> {
  const { stack, topic } = scene;
  const partitions = (await layoutOf(scene)).map(({ partition }) => ({ topic, partition }));
  const file = join(stack.folder, `${topic}-elect.json`);
  await writeFile(file, JSON.stringify({ partitions }));
  await runKafkaProgram('org.apache.kafka.tools.LeaderElectionCommand', [
    ...['--bootstrap-server', stack.addresses.kafka],
    ...['--election-type', 'PREFERRED', '--path-to-json-file', file],
  ]);
  const isDone = async () =>
    (await layoutOf(scene)).every(({ leader, replicas }) => leader === replicas[0]);
  await waitUntil(isDone, { what: `the first replicas of ${topic} lead` });
}

const added: FaultCase = {
  name: 'clusters/partitions-added',
  fault: 'a topic of 3 partitions gets 6, and then 12, under load; the new ones move as well',
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, {
      partitions: 3,
      affected: [],
      async fault({ writers, rows }) {
        for (const [first, end] of [
          [3, 6],
          [6, 12],
        ] as const) {
          await scene.load.addPartitions(end);
          const fresh = Array.from({ length: end - first }, (_, index) => first + index);
          fresh.forEach(writers.add);
          const isWritten = () => fresh.every((each) => writers.gaps.arrivals(each) > 0);
          await waitUntil(isWritten, { what: 'the new partitions are written to' });
          fresh.forEach(rows.begin);
          await waitUntil(() => fresh.every((each) => rows.arrivals(each) > 0), {
            what: 'rows of the new partitions come',
          });
          await sleep(BETWEEN_MS);
        }
      },
    });
  },
};

const retired: FaultCase = {
  name: 'clusters/retired-bootstrap',
  fault:
    'the broker of the first bootstrap address is retired: its partitions move to the others, and it never answers again, to a worker that runs and to one that starts later',
  brokers: 3,
  async run(scene) {
    await beginTrial(scene, { replicas: TWO_COPIES });
    const broker = brokerOf(scene, 1);
    await measureFault(scene, {
      partitions: 3,
      brokers: [1],
      async fault() {
        await reassign(scene, [
          [2, 3],
          [3, 2],
          [2, 3],
        ]);
        await broker.stop();
        await sleep(BETWEEN_MS);
      },
    });
    // For the time that a worker needs to start before the broker is gone.
    await broker.restart();
    await scene.strike(() =>
      startedIsMoving(scene, { partitions: 3, brokers: [1], breakIt: () => broker.stop() }),
    );
  },
};

export const MOVED_PARTITIONS: readonly FaultCase[] = [reassigned, leadersMoved, added, retired];
