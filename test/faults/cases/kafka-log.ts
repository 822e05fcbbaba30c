import kafkajs, { type Producer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import { kafkajsClient, transactionalProducer, withAdmin } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { VerifyReport } from '../../../src/domain/verify/public-types.js';
import type { FaultCase } from '../fault-case.js';
import { placeKey } from '../expectation.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { BATCH, pausedAndIdle, someRows, underLoad } from './under-load.js';

const PARTITIONS = 2;
const ROUNDS = 12;

/** Status shows an open transaction within half a minute. */
const TOLD_MS = 120_000;

/** How long a transaction stays open. Nothing from its first record on may be read meanwhile. */
const OPEN_MS = 3_000;

const transactions: FaultCase = {
  name: 'kafka/transactions',
  fault: `aborted and committed transactions, interleaved with each other and with plain records, ${ROUNDS} rounds; one stays open for ${OPEN_MS / 1_000} s`,
  async run(scene) {
    const { load, topic } = scene;
    await underLoad(scene, { records: 4_000, partitions: PARTITIONS });
    const kafka = kafkajsClient(scene.stack.addresses.kafka);
    const a = transactionalProducer(kafka, `${topic}-a`);
    const b = transactionalProducer(kafka, `${topic}-b`);
    const plain = kafka.producer({ retry: { retries: 0 } });
    for (const producer of [a, b, plain]) await producer.connect();
    for (let round = 0; round < ROUNDS; round++) await interleave(scene, { a, b, plain });
    const open = await a.transaction();
    await load.write(open, { partition: 0, count: 200 });
    await load.write(plain, { partition: 0, count: 1_000 });
    await sleep(OPEN_MS);
    await scene.strike(() => open.commit());
    for (const producer of [a, b, plain]) await producer.disconnect();
  },
};

const leftOpen: FaultCase = {
  name: 'kafka/open-transaction',
  fault:
    "a producer leaves a transaction open, and others write behind it: status and verify say so; Kafka's own tool aborts it, and a second one is committed",
  async run(scene) {
    const { load, topic, stack } = scene;
    const pipeline = await underLoad(scene, { records: 4_000, partitions: PARTITIONS });
    await scene.caughtUp();
    const kafka = kafkajsClient(stack.addresses.kafka);
    const producer = transactionalProducer(kafka, `${topic}-left`);
    const plain = kafka.producer({ retry: { retries: 0 } });
    for (const each of [producer, plain]) await each.connect();
    for (const isAborted of [true, false]) {
      const open = await producer.transaction();
      await load.write(open, { partition: 0, count: 300, isAborted });
      await load.write(plain, { partition: 0, count: 201 });
      const first = await untilTold(pipeline, 501);
      await untilUnjudged(scene, 501);
      await scene.strike(() => (isAborted ? abortFromOutside(scene, first) : open.commit()));
      await scene.caughtUp();
      // The abort has fenced the producer, which begins again with the same id.
      if (isAborted) await open.abort().catch(() => undefined);
      if (isAborted) await reconnect(producer);
    }
    for (const each of [producer, plain]) await each.disconnect();
  },
};

async function reconnect(producer: Producer): Promise<void> {
  await producer.disconnect();
  await producer.connect();
}

/** Waits until status shows this many records behind an open transaction. Returns its first offset. */
async function untilTold(pipeline: Pipeline, records: number): Promise<string> {
  let first = '';
  const isTold = async () => {
    const { lag, partitions } = await pipeline.status();
    first = partitions[0]?.openTransaction?.firstOffset ?? '';
    return lag === records && partitions[0]?.openTransaction?.records === records;
  };
  await waitUntil(isTold, {
    timeoutMs: TOLD_MS,
    what: `status shows ${records} records behind an open transaction`,
  });
  return first;
}

async function untilUnjudged(scene: Scene, records: number): Promise<void> {
  const report = (await scene.client.workflow.execute('verify', {
    workflowId: `${scene.workflowId}-verify-open`,
    taskQueue: scene.workflowId,
    args: [{ ...scene.contract, until: 'now' }],
    workflowExecutionTimeout: TOLD_MS,
  })) as VerifyReport;
  const { verdict, unjudged, lost } = report;
  if (verdict === 'unknown' && unjudged === records && lost === 0) return;
  throw new Error(`verify says ${verdict}, ${unjudged} unjudged and ${lost} lost`);
}

async function abortFromOutside({ stack, topic }: Scene, first: string): Promise<void> {
  await runKafkaProgram('org.apache.kafka.tools.TransactionsCommand', [
    ...['--bootstrap-server', stack.addresses.kafka, 'abort'],
    ...['--topic', topic, '--partition', '0', '--start-offset', first],
  ]);
}

interface Producers {
  readonly a: Producer;
  readonly b: Producer;
  readonly plain: Producer;
}

async function interleave({ load, random }: Scene, { a, b, plain }: Producers): Promise<void> {
  const begun = [
    { transaction: await a.transaction(), isAborted: random() < 0.5 },
    { transaction: await b.transaction(), isAborted: random() < 0.5 },
  ];
  for (let write = 0; write < 6; write++) {
    const partition = Math.floor(random() * PARTITIONS);
    const count = 1 + Math.floor(random() * 100);
    const writer = begun[write % 3];
    if (writer === undefined) await load.write(plain, { partition, count });
    else await load.write(writer.transaction, { partition, count, isAborted: writer.isAborted });
  }
  if (random() < 0.5) begun.reverse();
  for (const { transaction, isAborted } of begun) {
    await (isAborted ? transaction.abort() : transaction.commit());
  }
}

/** Every fifth record has a unique key, so compaction keeps it. */
const keyOf = (at: number) => (at % 5 === 0 ? `once ${at}` : `key ${at % 7}`);

const compaction: FaultCase = {
  name: 'kafka/compaction',
  fault: 'a compacted topic loses four records in five ahead of the cursors',
  // Compaction has removed records whose rows exist.
  verifies: ({ lost, doubled, skipped }) => ({ lost, doubled, skipped }),
  async run(scene) {
    const { load, expectation } = scene;
    await load.createTopic(PARTITIONS, {
      'cleanup.policy': 'compact',
      'segment.ms': '200',
      'min.cleanable.dirty.ratio': '0.01',
      'max.compaction.lag.ms': '200',
    });
    const producer = kafkajsClient(scene.stack.addresses.kafka).producer({ retry: { retries: 0 } });
    await producer.connect();
    const write = async (count: number) => {
      for (let partition = 0; partition < PARTITIONS; partition++) {
        await load.write(producer, { partition, count, key: keyOf });
      }
    };
    await write(1_000);
    await scene.startWorker();
    const pipeline = await scene.startPipeline({ batch: BATCH });
    await someRows(scene);
    await pausedAndIdle(pipeline);
    for (let part = 0; part < 5; part++) await write(1_000);
    await untilCompacted(scene, () => write(1));
    await producer.disconnect();
    const left = await placesInLog(scene);
    const cursors = (await pipeline.status()).partitions.map(({ cursor }) => Number(cursor));
    const gone = expectation.forget(
      (place) => place.offset >= (cursors[place.partition] ?? 0) && !left.has(placeKey(place)),
    );
    scene.notes.push(`${gone} records were removed by compaction before they were read`);
    await scene.strike(() => pipeline.signal('resume'));
  },
};

/**
 * Each write goes to a new segment, so that the earlier ones can be compacted. Must be called last, because nothing is
 * compacted afterwards.
 */
async function untilCompacted(scene: Scene, write: () => Promise<void>): Promise<void> {
  const { topic, expectation } = scene;
  const isCompacted = async () => {
    await write();
    await sleep(300);
    return (await placesInLog(scene)).size < expectation.size / 2;
  };
  await waitUntil(isCompacted, { what: 'the topic is compacted' });
  await withAdmin(scene.stack.addresses.kafka, (admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'cleanup.policy', value: 'delete' }],
        },
      ],
    }),
  );
}

/** What Kafka's own consumer reads until the end. */
async function placesInLog(scene: Scene): Promise<ReadonlySet<string>> {
  const { topic, stack } = scene;
  const ends = await withAdmin(stack.addresses.kafka, (admin) => admin.fetchTopicOffsets(topic));
  const lasts = ends.map(({ partition, high }) =>
    placeKey({ epoch: 0, partition, offset: Number(high) - 1 }),
  );
  for (;;) {
    const places = await consumedPlaces(scene);
    // The last record is the newest of its key, so compaction keeps it.
    if (lasts.every((last) => places.has(last))) return places;
  }
}

async function consumedPlaces({ topic, stack }: Scene): Promise<ReadonlySet<string>> {
  const printed = await runKafkaProgram('org.apache.kafka.tools.consumer.ConsoleConsumer', [
    ...['--bootstrap-server', stack.addresses.kafka, '--topic', topic, '--from-beginning'],
    ...['--timeout-ms', '2000', '--property', 'print.value=false'],
    ...['--property', 'print.partition=true', '--property', 'print.offset=true'],
  ]);
  const places = printed.matchAll(/Partition:(\d+)\s+Offset:(\d+)/g);
  return new Set(
    [...places].map(([, partition, offset]) =>
      placeKey({ epoch: 0, partition: Number(partition), offset: Number(offset) }),
    ),
  );
}

export const KAFKA_LOG: readonly FaultCase[] = [transactions, leftOpen, compaction];
