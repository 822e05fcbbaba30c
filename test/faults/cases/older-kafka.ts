import { setTimeout as sleep } from 'node:timers/promises';
import { ensureKafkaJars, KAFKA_VERSION } from '../../../dev/stack/kafka-jars.js';
import { createProgress } from '../../../dev/stack/progress.js';
import type { Server } from '../../../dev/stack/server.js';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import { brokerOf, untilAllInSync } from '../cluster/layout.js';
import { beginTrial, measureFault } from '../cluster/trial.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { restartEach, THREE_COPIES } from './dead-brokers.js';

const BEFORE_UPGRADE = '3.9.1';
const OLDEST = '3.1.2';
const KILLED_MS = 15_000;

/**
 * Restarts each node in turn, the controller first, and enables the features of the new version at the end, as Kafka's
 * guide says.
 */
async function upgradeEach(scene: Scene): Promise<void> {
  const { controller, brokers, addresses } = scene.stack;
  const { classPath } = await ensureKafkaJars(createProgress(process.stderr));
  const upgrade = async (server: Server) => {
    await server.stop();
    await server.restart((command) => {
      const at = command.arguments.indexOf('-cp') + 1;
      return { ...command, arguments: command.arguments.with(at, classPath) };
    });
  };
  if (controller === null) throw new Error('this needs a controller of its own');
  for (const server of [controller, ...brokers]) {
    await upgrade(server);
    await untilAllInSync(scene);
  }
  await runKafkaProgram('org.apache.kafka.tools.FeatureCommand', [
    ...['--bootstrap-server', addresses.kafka],
    ...['upgrade', '--release-version', KAFKA_VERSION.replace(/\.\d+$/, '')],
  ]);
}

const upgraded: FaultCase = {
  name: 'upgrade/rolling',
  fault: `a rolling upgrade of controller and brokers from Kafka ${BEFORE_UPGRADE} to ${KAFKA_VERSION}, under load`,
  brokers: 3,
  kafkaVersion: BEFORE_UPGRADE,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, { partitions: 3, fault: () => upgradeEach(scene) });
  },
};

const oldestRolling: FaultCase = {
  name: 'oldest/rolling-restart',
  fault: `Kafka ${OLDEST}: a controlled restart of each broker in turn, under load`,
  brokers: 3,
  kafkaVersion: OLDEST,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, { partitions: 3, fault: () => restartEach(scene) });
  },
};

const oldestKilled: FaultCase = {
  name: 'oldest/killed-leader',
  fault: `Kafka ${OLDEST}: SIGKILL of a broker that leads, for ${KILLED_MS / 1_000} s, under load; another one takes over`,
  brokers: 3,
  kafkaVersion: OLDEST,
  async run(scene) {
    await beginTrial(scene, { replicas: THREE_COPIES, minInSync: 2 });
    await measureFault(scene, {
      partitions: 3,
      brokers: [2],
      async fault() {
        await brokerOf(scene, 2).kill('SIGKILL');
        await sleep(KILLED_MS);
        await brokerOf(scene, 2).restart();
        await untilAllInSync(scene);
      },
    });
  },
};

export const OLDER_KAFKA: readonly FaultCase[] = [upgraded, oldestRolling, oldestKilled];
