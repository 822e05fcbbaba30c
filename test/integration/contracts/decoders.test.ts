// Promise: a worker writes the same rows and the same dead letters with the engine and the byte decoder as with the reference reader
// (MILLRACE_DECODER=reference). Checked on real servers with events, with 25 typed columns and with orders, full of escapes and nulls,
// a quarter of them with errors, by a hash of every stored value and by the reasons of dead letters.
import { Buffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutated } from '../../support/engine-cases/mutated.js';
import { createTopic, kafkajsClient } from '../../support/kafka-topic.js';
import { openWorld, type PipelineWorld } from '../../support/pipeline-world.js';
import { ARCHIVE_COLUMNS, archiveEvent } from './archive-events.js';
import { createOrders, LINEAGE, orderText } from './orders.js';

const PARTITIONS = 2;
/** Fewer invalid ones than hold a partition. */
const RECORDS = 2_000;
const CONFIG = fileURLToPath(new URL('./decoders.config.ts', import.meta.url));
const ARCHIVE = Object.entries(ARCHIVE_COLUMNS).map(([name, type]) => `${name} ${type}`);

/** The statement of each contract's table. Null if the worker creates it. */
const CONTRACTS = {
  stream_events: { text: eventText, made: () => null },
  archive: {
    text: archiveEvent,
    made: (table: string) =>
      `CREATE TABLE ${table} (${[...ARCHIVE, ...LINEAGE].join(', ')}) ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100000`,
  },
  orders: { text: (index: number) => orderText(index), made: createOrders },
} as const;
type ContractName = keyof typeof CONTRACTS;

function eventText(index: number): string {
  const note = ['plain', 'a \\"quote\\" \\u00e9\\n', '\\ud83d\\ude00', 'Hà Nội'][index % 4] ?? '';
  const day = String(1 + (index % 28)).padStart(2, '0');
  const metadata = index % 5 === 0 ? '' : `,"metadata":{"user":"u${index % 9}","n":${index}.50}`;
  return `{"event_id":"e${index} ${note}","event_type":"t${index % 6}","timestamp":"2026-11-${day}T07:00:00.12${index % 10}Z","payload":{"text":"${note}","none":null,"list":[1, 2,{"a":-0.5e3}]},"source":"${note}"${metadata}}`;
}

let worlds: readonly PipelineWorld[];

beforeAll(async () => {
  worlds = await Promise.all(
    ['bytes', 'reference'].map((decoder) =>
      openWorld({ environment: { MILLRACE_CONFIG: CONFIG, MILLRACE_DECODER: decoder } }),
    ),
  );
  await Promise.all(worlds.map((world) => world.startWorker()));
});

afterAll(() => Promise.all(worlds.map((world) => world.close())));

async function send(topic: string, text: (index: number) => string): Promise<void> {
  const values = Array.from({ length: RECORDS }, (_, index) => {
    if (index % 100 === 50) return [null];
    return index % 4 === 3 ? mutated(Buffer.from(text(index)), index) : [Buffer.from(text(index))];
  }).flat();
  const producer = kafkajsClient(worlds[0]!.addresses.kafka).producer();
  await producer.connect();
  const messages = values.map((value, index) => ({ value, partition: index % PARTITIONS }));
  for (let at = 0; at < messages.length; at += 500) {
    await producer.send({ topic, messages: messages.slice(at, at + 500), acks: -1 });
  }
  await producer.disconnect();
}

/** Everything that is stored of a topic, except times of storage. */
async function movedBy(world: PipelineWorld, contract: ContractName, topic: string) {
  const table = `${world.database}.${contract}`;
  const statement = CONTRACTS[contract].made(table);
  if (statement !== null) await world.sql(statement);
  const run = await world.startPipeline(
    { contract, topic, groupId: `${topic}-${world.groupId}`, table, until: 'now' },
    `${world.workflowId}-${contract}`,
  );
  const { rows, deadLetters } = await run.result();
  const columns = await world.sql<{ name: string }>(
    `SELECT name FROM system.columns WHERE database = '${world.database}' AND table = '${contract}' AND name != 'processed_at' ORDER BY name`,
  );
  const values = columns.map(({ name }) => `ifNull(toString(${name}), 'none')`);
  const content = await world.sql(
    `SELECT toString(count()) AS rows, toString(groupBitXor(sipHash64(${values.join(', ')}))) AS hash FROM ${table}`,
  );
  const reasons = await world.sql(
    `SELECT stage, reason, path, toString(count()) AS count FROM ${table}_dead_letters FINAL GROUP BY stage, reason, path ORDER BY stage, reason, path`,
  );
  return { rows, deadLetters, columns, content, reasons };
}

test.each(Object.keys(CONTRACTS) as readonly ContractName[])(
  'the rows and dead letters of %s are the same with every decoder',
  async (contract) => {
    const topic = await createTopic(worlds[0]!.addresses.kafka, { partitions: PARTITIONS });
    await send(topic, CONTRACTS[contract].text);
    const [fast, reference] = await Promise.all(
      worlds.map((world) => movedBy(world, contract, topic)),
    );
    expect(fast).toEqual(reference);
    expect(fast!.rows).toBeGreaterThan(RECORDS / 2);
    expect(fast!.reasons.length).toBeGreaterThan(3);
    expect(fast!.content).toMatchObject([{ rows: String(fast!.rows) }]);
  },
);

test('the engine was used', () => {
  for (const { workers } of worlds) expect(workers[0]!.log()).not.toContain('The engine');
});
