import { setTimeout as sleep } from 'node:timers/promises';
import { produceFast } from '../../dev/events/fast-producer.js';
import { START_MS } from '../stage/load.js';
import type { Stage } from '../stage/stage.js';

const POLL_MS = 20;
const PATIENCE_MS = 60_000;

/**
 * Writes one record and waits for its row. Returns the milliseconds since its acknowledgement; null if no row appeared.
 */
export async function firstRow(
  { stack, sql }: Stage,
  { topic, table }: { readonly topic: string; readonly table: string },
): Promise<number | null> {
  await produceFast({
    brokers: stack.addresses.kafka,
    topic,
    partitions: 1,
    count: 1,
    seed: 1,
    startMs: START_MS,
  });
  const sinceMs = performance.now();
  while (performance.now() - sinceMs < PATIENCE_MS) {
    if ((await sql(`SELECT count() FROM ${table}`)) !== '0') return performance.now() - sinceMs;
    await sleep(POLL_MS);
  }
  return null;
}
