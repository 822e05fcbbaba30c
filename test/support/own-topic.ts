import { produceFast } from '../../dev/events/fast-producer.js';
import type { PipelineInput } from '../../src/domain/pipeline/settings.js';
import type { VerifyReport } from '../../src/domain/verify/public-types.js';
import { kafkajsClient } from './kafka-topic.js';
import { verified } from './one-shot-workflows.js';
import type { Pipeline, PipelineWorld } from './pipeline-world.js';
import { createTopic } from './stack.js';
import { waitUntil } from './wait-until.js';

/** A topic and a table of one test, moved by the worker that all tests of a file share. */
export interface OwnTopic {
  readonly names: { readonly topic: string; readonly groupId: string; readonly table: string };
  /** `database.table`. */
  readonly rows: string;
  readonly letters: string;
  start(input?: PipelineInput, workflowId?: string): Promise<Pipeline>;
  produce(partition: number, values: readonly string[]): Promise<void>;
  /** This many sample events, as fast as possible, over all partitions. */
  produceMany(count: number): Promise<void>;
  count(what: string): Promise<number>;
  untilCount(what: string, count: number): Promise<void>;
  verified(): Promise<VerifyReport>;
}

/** A broker accepts 1 MiB. */
const MESSAGES_AT_ONCE = 400;

export async function openTopic(world: PipelineWorld, partitions: number): Promise<OwnTopic> {
  const { kafka } = world.addresses;
  const topic = await createTopic({ partitions });
  const table = topic.replaceAll('-', '_');
  const names = { topic, groupId: topic, table };
  const count = async (what: string) => {
    const [row] = await world.sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${what}`);
    return Number(row?.n);
  };
  return {
    names,
    rows: `${world.database}.${table}`,
    letters: `${world.database}.${table}_dead_letters`,
    start: (input = {}, workflowId = topic) =>
      world.startPipeline({ ...names, ...input }, workflowId),
    async produce(partition, values) {
      const producer = kafkajsClient(kafka).producer();
      await producer.connect();
      for (let at = 0; at < values.length; at += MESSAGES_AT_ONCE) {
        const some = values.slice(at, at + MESSAGES_AT_ONCE);
        const messages = some.map((value) => ({ partition, value }));
        await producer.send({ topic, messages, acks: -1 });
      }
      await producer.disconnect();
    },
    async produceMany(amount) {
      const load = { brokers: kafka, topic, partitions, count: amount, seed: world.seed };
      await produceFast({ ...load, firstIndex: 0 });
    },
    count,
    async untilCount(what, wanted) {
      let last: number | string = 0;
      // The table may not exist yet.
      const seen = () => count(what).catch((error: unknown) => String(error));
      await waitUntil(async () => (last = await seen()) === wanted, {
        what: `there are ${wanted} in ${what}`,
      }).catch((error: unknown) => {
        throw new Error(`${String(error)}; there are ${last}`);
      });
    },
    verified: () => verified(world, names),
  };
}
