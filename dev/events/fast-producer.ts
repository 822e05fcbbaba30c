import type { FastProduceOptions } from './fast-produce-options.js';
import { findLeaders } from './leaders.js';
import { MAX_IN_FLIGHT, type Lot, openLot } from './lot.js';
import { type Pace, createPace } from './pace.js';
import {
  type PartitionBatch,
  type ProduceConnection,
  openProduceConnection,
} from './produce-connection.js';

/** Records of one partition, acknowledged by all in-sync replicas: offset `firstOffset + i` holds index `firstIndex + i`. */
export interface Produced {
  readonly partition: number;
  readonly firstIndex: number;
  readonly firstOffset: number;
  readonly count: number;
}

/**
 * Writes sample events far faster than a client that makes an object per record, so the producer is never the bottleneck. Never
 * retries: it throws every error, because after a retry it would not be known what was written.
 */
export async function produceFast(options: FastProduceOptions): Promise<readonly Produced[]> {
  const { brokers, topic, partitions } = options;
  const lots = Array.from({ length: partitions }, (_, place) => openLot(options, place));
  const leaders = await findLeaders(brokers, topic);
  const connections = new Map<string, ProduceConnection>();
  try {
    for (const { partition } of lots) {
      const leader = leaders.get(partition);
      if (leader === undefined) throw new Error(`${topic} has no partition ${partition}`);
      if (connections.has(leader)) continue;
      connections.set(leader, await openProduceConnection(leader, topic));
    }
    const pace = createPace(options);
    await Promise.all(
      [...connections].map(([leader, connection]) =>
        produceTo(
          connection,
          lots.filter(({ partition }) => leaders.get(partition) === leader),
          pace,
        ),
      ),
    );
  } finally {
    for (const connection of connections.values()) connection.close();
  }
  return lots.map(({ partition, firstIndex, firstOffset, next }) => ({
    partition,
    firstIndex,
    firstOffset: firstOffset ?? 0,
    count: next - firstIndex,
  }));
}

async function produceTo(
  connection: ProduceConnection,
  lots: readonly Lot[],
  pace: Pace,
): Promise<void> {
  const inFlight: Promise<void>[] = [];
  for (let round = 0; lots.some(({ next, end }) => next < end); round += 1) {
    if (inFlight.length >= MAX_IN_FLIGHT) await inFlight.shift();
    const batches: PartitionBatch[] = [];
    let records = 0;
    for (const lot of lots) {
      const writer = lot.writers[round % MAX_IN_FLIGHT];
      if (lot.next >= lot.end || writer === undefined) continue;
      const end = Math.min(lot.end, lot.next + lot.batchRecords);
      const next = lot.fill(writer, lot.next, end);
      records += next - lot.next;
      lot.next = next;
      batches.push({ partition: lot.partition, batch: writer.finish(Date.now()) });
    }
    const sent = sendAndNote(connection, lots, batches).then(() => {
      pace.acknowledged(records);
    });
    // The first failure is thrown when its turn comes. Later ones add nothing to it.
    sent.catch(() => undefined);
    inFlight.push(sent);
    await pace.wait(records);
  }
  await Promise.all(inFlight);
}

async function sendAndNote(
  connection: ProduceConnection,
  lots: readonly Lot[],
  batches: readonly PartitionBatch[],
): Promise<void> {
  for (const { partition, firstOffset } of await connection.send(batches)) {
    const lot = lots.find((each) => each.partition === partition);
    if (lot !== undefined) lot.firstOffset ??= firstOffset;
  }
}
