/** Makes the checkpoints in test/fixtures/spark-checkpoints by real runs of Spark. See the README there. */
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensureSpark, type SparkPackages } from '../../bench/movers/spark/packages.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { kafkajsClient, withAdmin } from '../support/kafka-topic.js';
import { waitUntil } from '../support/wait-until.js';
import { lastOf } from './checkpoint-files.js';
import { startHangingSink } from './hanging-sink.js';
import { startSparkJob } from './spark-job.js';

const RESULT = fileURLToPath(new URL('../fixtures/spark-checkpoints', import.meta.url));

/** Records that arrive in each topic, and the outcome: the job is killed in a batch that has just begun. */
interface Round {
  readonly records: number;
  readonly partitions: number;
  readonly becomes: 'finished' | 'begun';
}

interface Scene {
  readonly name: string;
  readonly topics: readonly string[];
  readonly rounds: readonly Round[];
}

const finished = (records: number, partitions: number): Round => ({
  ...{ records, partitions, becomes: 'finished' },
});
const begun = (records: number, partitions: number): Round => ({
  ...{ records, partitions, becomes: 'begun' },
});
const topics = ['stream-events'];

const SCENES: readonly Scene[] = [
  { name: 'stopped', topics, rounds: [finished(200, 4), finished(70, 4)] },
  { name: 'killed', topics, rounds: [finished(200, 4), begun(120, 4)] },
  { name: 'killed-at-first', topics, rounds: [begun(120, 4)] },
  { name: 'partition-added', topics, rounds: [finished(100, 2), begun(90, 3)] },
  { name: 'two-topics', topics: ['clicks', 'orders'], rounds: [finished(100, 2)] },
];

type Ends = Readonly<Record<string, Readonly<Record<string, number>>>>;

async function make(scene: Scene, stack: Stack, packages: SparkPackages): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-checkpoint-'));
  const checkpoint = join(folder, 'checkpoint');
  const { kafka } = stack.addresses;
  const sink = await startHangingSink();
  await createTopics(kafka, scene);
  const job = startSparkJob({
    ...{ packages, kafka, checkpoint, folder, topic: scene.topics.join(',') },
    ...{ clickHouse: sink.url, table: 'default.stream_events' },
  });
  try {
    const ends: { finished: Ends | null; begun: Ends | null } = { finished: null, begun: null };
    for (const round of scene.rounds) {
      if (round.becomes === 'begun') sink.hang();
      await widen(kafka, scene, round.partitions);
      await produce(kafka, scene, round);
      ends[round.becomes] = await endsOf(kafka, scene);
      await untilIn(checkpoint, round, { ends: ends[round.becomes], failure: job.failure });
    }
    await (ends.begun === null ? job.stop() : job.kill());
    await rm(join(RESULT, scene.name), { recursive: true, force: true });
    await cp(checkpoint, join(RESULT, scene.name, 'checkpoint'), { recursive: true });
    const text = `${JSON.stringify(ends, null, 2)}\n`;
    await writeFile(join(RESULT, scene.name, 'ends.json'), text);
  } finally {
    await job.kill();
    sink.close();
    await deleteTopics(kafka, scene);
    await rm(folder, { recursive: true, force: true });
  }
}

/** Until the checkpoint reaches the ends that Kafka reported. */
async function untilIn(
  checkpoint: string,
  { becomes }: Round,
  { ends, failure }: { readonly ends: Ends | null; readonly failure: () => string | null },
): Promise<void> {
  const reached = async () => {
    const broken = failure();
    if (broken !== null) throw new Error(broken);
    const offsets = await lastOf(checkpoint, 'offsets');
    const commits = await lastOf(checkpoint, 'commits');
    if (offsets === null || !isSame(JSON.parse(offsets.line) as Ends, ends)) return false;
    return becomes === 'begun' || commits?.number === offsets.number;
  };
  await waitUntil(reached, { timeoutMs: 600_000, what: `the batch is ${becomes}` });
}

function isSame(some: Ends, others: Ends | null): boolean {
  const entries = (ends: Ends | null) =>
    Object.entries(ends ?? {}).flatMap(([topic, of]) =>
      Object.entries(of).map(([partition, end]) => `${topic}/${partition}: ${end}`),
    );
  return entries(some).toSorted().join() === entries(others).toSorted().join();
}

async function createTopics(kafka: string, { topics: names, rounds }: Scene): Promise<void> {
  const numPartitions = rounds[0]?.partitions ?? 1;
  await withAdmin(kafka, (admin) =>
    admin.createTopics({ topics: names.map((topic) => ({ topic, numPartitions })) }),
  );
}

async function widen(kafka: string, { topics: names }: Scene, count: number): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...names] });
    const narrow = found.filter(({ partitions }) => partitions.length < count);
    if (narrow.length === 0) return;
    await admin.createPartitions({
      topicPartitions: narrow.map(({ name }) => ({ topic: name, count })),
    });
  });
}

async function deleteTopics(kafka: string, { topics: names }: Scene): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [...names] }));
}

async function produce(kafka: string, scene: Scene, { records, partitions }: Round): Promise<void> {
  const producer = kafkajsClient(kafka).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  for (const topic of scene.topics) {
    const messages = Array.from({ length: records }, (_, index) => ({
      // A different number in each partition.
      partition: index % 3 === 0 ? 0 : index % partitions,
      value: JSON.stringify({
        ...{ event_id: `${topic}-${index}`, event_type: 'test', source: 'test' },
        ...{ timestamp: '2026-11-24T12:00:00Z', payload: { index: String(index) }, metadata: {} },
      }),
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

async function endsOf(kafka: string, { topics: names }: Scene): Promise<Ends> {
  const ends = await withAdmin(kafka, (admin) =>
    Promise.all(
      names.map(async (topic) => {
        const found = await admin.fetchTopicOffsets(topic);
        const of = found.map(({ partition, high }) => [partition, Number(high)] as const);
        return [topic, Object.fromEntries(of.toSorted(([a], [b]) => a - b))] as const;
      }),
    ),
  );
  return Object.fromEntries(ends);
}

const packages = await ensureSpark();
const stack = await startStack();
try {
  const [, , only] = process.argv;
  for (const scene of SCENES.filter(({ name }) => only === undefined || name === only)) {
    process.stderr.write(`${scene.name}\n`);
    await make(scene, stack, packages);
  }
} finally {
  await stack.stop();
}
