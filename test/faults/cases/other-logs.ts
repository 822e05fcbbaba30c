import { WorkflowFailedError } from '@temporalio/client';
import type { PipelineInput } from '../../../src/domain/pipeline/settings.js';
import { startOwnKafka } from '../../support/kafka-own-broker.js';
import { waitUntil } from '../../support/wait-until.js';
import { withAdmin } from '../../support/kafka-topic.js';
import type { FaultCase } from '../fault-case.js';
import { createLoad } from '../load.js';
import type { Scene } from '../scene.js';

const PARTITIONS = 2;
const BAD_PERMILLE = 50;

/** Verify compares with the existing log: rows of the other one are neither lost nor duplicated. */
const verifiesNewLog: NonNullable<FaultCase['verifies']> = (
  { lost, doubled, skipped },
  { expectation },
) => {
  const keys = [...expectation.entries()].map(([key]) => key);
  return { lost, doubled, skipped, records: keys.filter((key) => key.startsWith('1/')).length };
};

function recreated(
  what: string,
  counts: { readonly old: number; readonly now: number },
): FaultCase {
  return {
    name: `kafka/recreated-${what}`,
    fault: `the topic is deleted and recreated while the pipeline is stopped, ${counts.old} records before and ${counts.now} after; a start asks, and goes on with \`"log":"new"\``,
    verifies: verifiesNewLog,
    async run(scene) {
      const { load, topic } = scene;
      await load.createTopic(PARTITIONS);
      await load.produce(counts.old, { badPermille: BAD_PERMILLE });
      await scene.startWorker();
      await movedWhole(scene);
      await withAdmin(scene.stack.addresses.kafka, async (admin) => {
        await admin.deleteTopics({ topics: [topic] });
        const isGone = async () => !(await admin.listTopics()).includes(topic);
        await waitUntil(isGone, { what: 'the topic is gone' });
      });
      load.epoch = 1;
      await load.createTopic(PARTITIONS);
      await load.produce(counts.now, { badPermille: BAD_PERMILLE });
      await asksForLog(scene);
      await scene.strike(async () => {
        await scene.startPipeline({ log: 'new' });
      });
    },
  };
}

const anotherCluster: FaultCase = {
  name: 'kafka/another-cluster',
  fault:
    'the worker is pointed at a second broker with a topic of the same name and other records, 100 on the first and 150 on the second; a start asks, and goes on with `"log":"new"`',
  verifies: verifiesNewLog,
  async run(scene) {
    const { topic, seed, expectation } = scene;
    await scene.load.createTopic(PARTITIONS);
    await scene.load.produce(100);
    const worker = await scene.startWorker();
    await movedWhole(scene);
    worker.kill('SIGTERM');
    await worker.ended();
    const other = await startOwnKafka();
    scene.closing.push(() => other.stop());
    const load = createLoad({ kafka: other.address, topic, seed: seed + 1, expectation });
    load.epoch = 1;
    await load.createTopic(PARTITIONS);
    await load.produce(150);
    await scene.startWorker('direct', { KAFKA_BOOTSTRAP_SERVERS: other.address });
    await asksForLog(scene);
    await scene.strike(async () => {
      await scene.startPipeline({ log: 'new' });
    });
  },
};

/** A pipeline moves everything, and is stopped. */
async function movedWhole(scene: Scene): Promise<void> {
  const pipeline = await scene.startPipeline();
  await scene.caughtUp();
  await pipeline.stop();
}

/** The earlier start command must not be carried out. */
async function asksForLog(scene: Scene, input: PipelineInput = {}): Promise<void> {
  const before = await scene.arrived();
  const { handle } = await scene.startPipeline(input);
  const started = handle.result().then(
    () => 'it came to its end',
    (error: unknown) =>
      error instanceof WorkflowFailedError ? (error.cause?.message ?? '') : String(error),
  );
  const running = waitUntil(
    async () => (await handle.query<{ state: string }>('status')).state === 'running',
    { what: 'it runs' },
  ).then(
    () => 'it runs',
    () => 'it neither runs nor fails',
  );
  const said = await Promise.race([started, running]);
  if (!said.includes('"log":"new"')) {
    throw new Error(`a start over the rows of another log has to ask, but ${said}`);
  }
  if ((await scene.arrived()) !== before) throw new Error('a start that asks has moved records');
}

export const OTHER_LOGS: readonly FaultCase[] = [
  recreated('shorter', { old: 100, now: 60 }),
  recreated('as-long', { old: 2, now: 2 }),
  recreated('longer', { old: 100, now: 150 }),
  anotherCluster,
];
