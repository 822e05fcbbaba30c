import kafkajs from 'kafkajs';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { kafkajsClient, withAdmin } from '../../support/kafka-topic.js';
import { blocksOf } from './documented-blocks.js';

/** The day that the pages backfill and replay. */
export const YESTERDAY = Date.parse('2026-11-23T12:00:00Z');

/** Events of that day for `stream_events`. */
export function oldEvents(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...{ event_id: `old-${index}`, event_type: 'test', source: 'docs' },
      ...{ timestamp: new Date(YESTERDAY).toISOString(), payload: {} },
    }),
  );
}

/** Events that the README's contract accepts. */
export function readmeOrders(): readonly string[] {
  return ['order.created', 'order.paid'].map((type, index) =>
    JSON.stringify({
      ...{ type, order_id: index, customer: { name: 'Ada' }, amount: '12.50' },
      ...{ createdAt: YESTERDAY, items: [{ sku: 'a', qty: 2 }] },
    }),
  );
}

/** The config file of the README, where a worker of this folder finds it. The package is this checkout. */
export function writeReadmeConfig(folder: string): void {
  const [config = ''] = blocksOf('README.md', 'ts');
  // Its extension is that of TypeScript imports, which `millrace check` verifies.
  const index = join(process.cwd(), 'src/index.js');
  writeFileSync(join(folder, 'millrace.config.ts'), config.replace("'millrace'", `'${index}'`));
}

/** Disables retention, because records of that day are old when this runs. */
export async function keepForEver(kafka: string, topic: string): Promise<void> {
  const configEntries = [{ name: 'retention.ms', value: '-1' }];
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
  await withAdmin(kafka, (admin) => admin.alterConfigs({ validateOnly: false, resources }));
}

/** Writes values to partition 0. `timestamp` is in milliseconds since 1970. */
export async function produce(
  kafka: string,
  topic: string,
  { values, timestamp }: { readonly values: readonly string[]; readonly timestamp: number },
): Promise<void> {
  const producer = kafkajsClient(kafka).producer();
  await producer.connect();
  const messages = values.map((value) => ({ value, partition: 0, timestamp: String(timestamp) }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}
