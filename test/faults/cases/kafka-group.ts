import { lagOfGroup } from '../../../src/domain/planning/uncommitted.js';
import { kafkajsClient, withAdmin } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { someRows, underLoad } from './under-load.js';

const taken: FaultCase = {
  name: 'kafka/group-taken',
  fault:
    'an ordinary consumer lives in the group for a while: commits are refused, rows go on, and the offsets are right once it is gone',
  async run(scene) {
    const { load, groupId, topic } = scene;
    const pipeline = await underLoad(scene, { records: 4_000 });
    const consumer = kafkajsClient(scene.stack.addresses.kafka).consumer({ groupId });
    await consumer.connect();
    await consumer.subscribe({ topic });
    const producing = load.produce(20_000, { rate: 3_000 });
    await scene.strike(async () => {
      const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
      await consumer.run({ eachBatch: () => Promise.resolve() });
      await joined;
    });
    await waitUntil(async () => (await pipeline.status()).warnings.some(isRefusal(groupId)), {
      what: 'the status says that commits are refused',
    });
    await someRows(scene, 2_000);
    await scene.strike(() => consumer.disconnect());
    await producing;
    await scene.caughtUp();
    // Whatever the consumer has committed, the next batch commits the offset of the pipeline.
    await load.produce(400);
    await scene.caughtUp();
    await waitUntil(async () => (await lagInKafka(scene)) === 0, {
      what: "the group's offsets are at the end of the topic",
    });
  },
};

const isRefusal = (groupId: string) => (warning: string) => warning.startsWith(lagOfGroup(groupId));

/** According to Kafka. */
function lagInKafka({ stack, topic, groupId }: Scene): Promise<number> {
  return withAdmin(stack.addresses.kafka, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const at = new Map(committed?.partitions.map((each) => [each.partition, Number(each.offset)]));
    return ends.reduce(
      (sum, { partition, high }) => sum + Number(high) - (at.get(partition) ?? 0),
      0,
    );
  });
}

export const KAFKA_GROUP: readonly FaultCase[] = [taken];
