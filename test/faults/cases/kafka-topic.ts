import { waitUntil } from '../../support/wait-until.js';
import { withAdmin } from '../../support/kafka-topic.js';
import type { HoldReason } from '../../../src/domain/holds/hold.js';
import type { FaultCase } from '../fault-case.js';
import { readTruth } from '../oracle.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { pausedAndIdle, someRows, underLoad } from './under-load.js';

const PARTITIONS = 4;
const RECORDS = 20_000;

/** The most records that retention removes ahead of a cursor. Each partition has 5,000 records. */
const MAX_OVERTAKEN = 1_500;

async function allHeld(pipeline: Pipeline, reason: HoldReason): Promise<void> {
  await waitUntil(async () => (await pipeline.held(reason)).length === PARTITIONS, {
    what: `all partitions are held: ${reason}`,
  });
}

const overtaken: FaultCase = {
  name: 'kafka/retention-overtakes',
  fault: 'records ahead of every cursor are removed; DataLost is resolved by `continue`',
  // Kafka no longer has the records that were removed or moved before.
  verifies: ({ lost, doubled }) => ({ lost, doubled, skipped: 0 }),
  async run(scene) {
    const pipeline = await underLoad(scene, { records: RECORDS, partitions: PARTITIONS });
    await pausedAndIdle(pipeline);
    const removed = await overtakeCursors(scene, pipeline);
    await pipeline.signal('resume');
    await allHeld(pipeline, 'DataLost');
    await scene.strike(() => pipeline.resolveHold({ partition: 'all', action: 'continue' }));
    await scene.caughtUp();
    const { skipped } = await readTruth(scene);
    const said = (await pipeline.status()).totals.skipped;
    if (skipped !== removed || said !== removed) {
      throw new Error(`${removed} were removed, ${skipped} are dead letters, ${said} in status`);
    }
    scene.notes.push(`${removed} records that retention removed are counted as skipped`);
  },
};

/** Returns how many records were removed before they were read. */
async function overtakeCursors(scene: Scene, pipeline: Pipeline): Promise<number> {
  const { topic, random } = scene;
  const ahead = (await pipeline.status()).partitions.map(({ partition, cursor }) => ({
    partition,
    cursor: Number(cursor),
    start: Number(cursor) + 1 + Math.floor(random() * MAX_OVERTAKEN),
  }));
  const partitions = ahead.map(({ partition, start }) => ({ partition, offset: String(start) }));
  await withAdmin(scene.stack.addresses.kafka, async (admin) => {
    // kafkajs finds the leader in metadata that this call loads.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions });
  });
  return ahead.reduce((sum, { cursor, start }) => sum + start - cursor, 0);
}

const madeAgain: FaultCase = {
  name: 'kafka/topic-recreated',
  fault:
    'the topic is deleted under load and recreated; TopicRewound is resolved by `continue`, and the new topic is read from its start',
  // Kafka has only the new topic.
  verifies: ({ lost, doubled, skipped }, { expectation }) => {
    const keys = [...expectation.entries()].map(([key]) => key);
    return { lost, doubled, skipped, records: keys.filter((key) => key.startsWith('1/')).length };
  },
  async run(scene) {
    const { load, expectation, topic } = scene;
    const pipeline = await underLoad(scene, { records: RECORDS, partitions: PARTITIONS });
    await someRows(scene, 1 + Math.floor(scene.random() * 3_000));
    await withAdmin(scene.stack.addresses.kafka, async (admin) => {
      await admin.deleteTopics({ topics: [topic] });
      const isGone = async () => !(await admin.listTopics()).includes(topic);
      await waitUntil(isGone, { what: 'the topic is gone' });
    });
    load.epoch = 1;
    await load.createTopic(PARTITIONS);
    await allHeld(pipeline, 'TopicRewound');
    const cursors = (await pipeline.status()).partitions.map(({ cursor }) => Number(cursor));
    const gone = expectation.forget(
      ({ epoch, partition, offset }) => epoch === 0 && offset >= (cursors[partition] ?? 0),
    );
    if (gone === 0) throw new Error('everything was read before the topic was deleted');
    scene.notes.push(`${gone} records were deleted with the topic before they were read`);
    await load.produce(RECORDS / 2);
    await scene.strike(() => pipeline.resolveHold({ partition: 'all', action: 'continue' }));
  },
};

const partitionsAdded: FaultCase = {
  name: 'kafka/partitions-added',
  fault: 'a topic of 2 partitions gets 6 under load, and then 9',
  async run(scene) {
    const { load } = scene;
    await underLoad(scene, { records: 4_000, partitions: 2 });
    for (const total of [6, 9]) {
      const producing = load.produce(8_000, { rate: 2_000 });
      await someRows(scene, 500);
      await scene.strike(() => load.addPartitions(total));
      await producing;
      await load.produce(total * 500);
    }
  },
};

export const KAFKA_TOPIC: readonly FaultCase[] = [overtaken, madeAgain, partitionsAdded];
