// Promise: a transaction that a producer leaves open is visible: its records and those behind it are lag, status and details
// page name its offset, its producer and the command that ends it, verify does not count them as compared, and a run to "now"
// says what it left. Checked with a real transactional producer, and by ending the transaction with that command.
import type { Producer, Transaction } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kafkajsClient, transactionalProducer } from '../../support/kafka-topic.js';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import { verified } from '../../support/one-shot-workflows.js';
import { type OwnTopic, openTopic } from '../../support/own-topic.js';
import { openWorld, type Pipeline, type PipelineWorld } from '../../support/pipeline-world.js';
import { detailsPage } from '../../support/user-commands.js';
import { waitUntil } from '../../support/wait-until.js';
import { anEvent } from '../../support/wider-decoder.js';

let world: PipelineWorld;
let own: OwnTopic;
let pipeline: Pipeline;
let producer: Producer;
let open: Transaction;

const events = (count: number) => Array.from({ length: count }, () => anEvent());

beforeAll(async () => {
  world = await openWorld({ environment: { BATCH_INTERVAL_SECONDS: '0.2' } });
  await world.startWorker();
  own = await openTopic(world, 1);
  pipeline = await own.start();
  await own.produce(0, events(100));
  await own.untilCount(own.rows, 100);
  producer = transactionalProducer(kafkajsClient(world.addresses.kafka), own.names.topic);
  await producer.connect();
  open = await producer.transaction();
  const messages = events(500).map((value) => ({ value, partition: 0 }));
  await open.send({ topic: own.names.topic, messages });
  await own.produce(0, events(1));
});

afterAll(async () => {
  await producer.disconnect();
  await world.close();
});

test('its records and those behind it are lag, and status and details page say why', async () => {
  await waitUntil(async () => (await pipeline.status()).lag === 501, {
    what: 'the 501 records that wait are lag',
  });
  const { partitions, lagSeenAt } = await pipeline.status();
  expect(partitions).toMatchObject([
    {
      ...{ cursor: '100', end: '100', logEnd: '601', lag: 501 },
      openTransaction: {
        firstOffset: '100',
        records: 501,
        producerId: expect.stringMatching(/^\d+$/) as string,
      },
    },
  ]);
  expect(Date.parse(lagSeenAt ?? '')).toBeGreaterThan(Date.now() - 300_000);
  const page = await detailsPage(pipeline.handle.workflowId, world.addresses.temporal);
  expect(page).toContain('| 0 | 100 | 601 | 501 |');
  expect(page).toContain('transaction from 100, open since');
});

/** What verify always reports after comparing offsets. */
const SAMPLED = expect.stringContaining('rows were compared with those of their records') as string;

test('verify compares only decided offsets, and never calls undecided ones complete', async () => {
  expect(await verified(world, { ...own.names, until: 'now' })).toMatchObject({
    ...{ verdict: 'unknown', unjudged: 501, records: 100, rows: 100, lost: 0, doubled: 0 },
    notes: [SAMPLED, expect.stringContaining('open from offset 100 on') as string],
  });
  expect(await own.verified()).toMatchObject({
    ...{ verdict: 'complete', unjudged: 0, records: 100 },
    notes: [SAMPLED, expect.stringContaining('501 records') as string],
  });
});

test('a lone run to "now" ends before it, and its result says what it left', async () => {
  const table = `${own.names.table}_copy`;
  const groupId = `${own.names.groupId}-copy`;
  const bounded = await own.start({ groupId, table, until: 'now' }, `${own.names.topic}-copy`);
  expect(await bounded.result()).toMatchObject({
    ...{ rows: 100, endedBy: 'until' },
    undecided: [{ partition: 0, first: '100', end: '601' }],
  });
});

test("everything recovers by itself once Kafka's own tool has ended it", async () => {
  await runKafkaProgram('org.apache.kafka.tools.TransactionsCommand', [
    ...['--bootstrap-server', world.addresses.kafka, 'abort'],
    ...['--topic', own.names.topic, '--partition', '0', '--start-offset', '100'],
  ]);
  await own.untilCount(own.rows, 101);
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'nothing lags' });
  const [partition] = (await pipeline.status()).partitions;
  expect(partition).not.toHaveProperty('openTransaction');
  expect(await verified(world, { ...own.names, until: 'now' })).toMatchObject({
    ...{ verdict: 'complete', unjudged: 0, records: 101, rows: 101, lost: 0, notes: [SAMPLED] },
  });
});
