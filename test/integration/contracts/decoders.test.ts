// Promise: a worker writes the same rows and the same dead letters with the engine and the byte decoder as with the reference reader
// (MILLRACE_DECODER=reference). Checked on real servers with every contract of the test suite, of the guide and of the examples,
// a quarter of the records with errors, by a hash of every stored value and by the reasons of dead letters.
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutated } from '../../support/engine-cases/mutated.js';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import type { Message } from '../docs/contract-examples.js';
import { DECODER_CASES, type DecoderCase, decoderConfig } from './decoder-cases.js';

const PARTITIONS = 2;
/** Fewer invalid ones than hold a partition. */
const RECORDS = 2_000;
const SENT_MS = Date.UTC(2026, 10, 29);

const folder = mkdtempSync(join(tmpdir(), 'millrace-decoders-'));
let worlds: readonly PipelineWorld[];

beforeAll(async () => {
  const config = join(folder, 'millrace.config.ts');
  writeFileSync(config, decoderConfig());
  worlds = await Promise.all(
    ['bytes', 'reference'].map((decoder) =>
      openWorld({
        environment: {
          ...{ MILLRACE_CONFIG: config, MILLRACE_DECODER: decoder },
          // The engine needs room for all contracts at once.
          MILLRACE_MEMORY_MIB: '1536',
        },
      }),
    ),
  );
  await Promise.all(worlds.map((world) => world.startWorker()));
});

afterAll(async () => {
  await Promise.all(worlds.map((world) => world.close()));
  rmSync(folder, { recursive: true });
});

async function send(topic: string, { message }: DecoderCase): Promise<void> {
  const messages = Array.from({ length: RECORDS }, (_, index) => {
    const { value, ...rest } = message(index);
    const values =
      value === null || index % 100 === 50
        ? [null]
        : index % 4 === 3
          ? mutated(Buffer.from(value), index)
          : [value];
    return values.map((each) => ({
      ...withValue(rest, each),
      partition: index % PARTITIONS,
    }));
  }).flat();
  const producer = kafkajsClient(worlds[0]!.addresses.kafka).producer();
  await producer.connect();
  for (let at = 0; at < messages.length; at += 500) {
    await producer.send({ topic, messages: messages.slice(at, at + 500), acks: -1 });
  }
  await producer.disconnect();
}

function withValue(
  { key, headers, timestamp = SENT_MS }: Omit<Message, 'value'>,
  value: Buffer | string | null,
) {
  return {
    ...{ value, headers: { ...headers }, timestamp: String(timestamp) },
    ...(key !== undefined && { key }),
  };
}

/** Everything that is stored of a topic, except times of storage. */
async function movedBy(world: PipelineWorld, { name, statement }: DecoderCase, topic: string) {
  const table = `${world.database}.${name}`;
  const created = statement(table);
  if (created !== null) await world.sql(created);
  const run = await world.startPipeline(
    { contract: name, topic, groupId: `${topic}-${world.groupId}`, table, until: 'now' },
    `${world.workflowId}-${name}`,
  );
  const { rows, deadLetters, filtered } = await run.result();
  const columns = await world.sql<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = '${world.database}' AND table = '${name}' AND default_expression NOT LIKE 'now%' ORDER BY name`,
  );
  const values = columns.map(({ name: column }) => `ifNull(toString(${column}), 'none')`);
  const content = await world.sql(
    `SELECT toString(count()) AS rows, toString(groupBitXor(sipHash64(${values.join(', ')}))) AS hash FROM ${table}`,
  );
  const reasons = await world.sql(
    `SELECT stage, reason, path, toString(count()) AS count FROM ${table}_dead_letters FINAL GROUP BY stage, reason, path ORDER BY stage, reason, path`,
  );
  return { rows, deadLetters, filtered, columns, content, reasons };
}

test.each(DECODER_CASES)(
  'the rows and dead letters of $name are the same with every decoder',
  async (each) => {
    const topic = await createTopic(worlds[0]!.addresses.kafka, { partitions: PARTITIONS });
    await send(topic, each);
    const [fast, reference] = await Promise.all(worlds.map((world) => movedBy(world, each, topic)));
    expect(fast).toEqual(reference);
    const { rows, filtered, reasons } = fast!;
    expect(rows + filtered).toBeGreaterThan(RECORDS / (each.hasFaults ? 4 : 2));
    expect(rows).toBeGreaterThan(RECORDS / 4);
    expect(reasons.length).toBeGreaterThan(3);
    expect(fast!.content).toMatchObject([{ rows: String(rows) }]);
  },
);

test('the engine was used', () => {
  for (const { workers } of worlds) expect(workers[0]!.log()).not.toContain('The engine');
});
