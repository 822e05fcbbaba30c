import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Producer } from 'kafkajs';
import type { Scene } from '../scene.js';
import { createGaps, type Gaps } from './gaps.js';

/** This many records this many times per second, so that each batch of the pipeline has some of every partition. */
const RECORDS = 5;
const WRITE_MS = 200;

const REQUEST_TIMEOUT_MS = 3_000;
/** After a timeout, kafkajs looks up the leader again only if its metadata is old enough. */
const METADATA_AGE_MS = 1_000;
const RETRY_MS = 100;
/** Longer than any broker is down. */
const GIVE_UP_MS = 300_000;

/** One idempotent producer per partition, so that none waits for the leader of another one. */
export interface PartitionWriters {
  /** Times between acknowledgements by all in-sync replicas. */
  readonly gaps: Gaps;
  add(partition: number): void;
  /** Resolves once everything that was sent is acknowledged. Rejects if Kafka refused something. */
  end(): Promise<void>;
}

export interface WrittenTo {
  /** Ids of brokers that will not answer. Producers contact them only for partitions that they lead. */
  readonly brokers?: readonly number[] | undefined;
  /**
   * Partitions whose leaders will move. kafkajs gets no metadata at all while one partition has no leader, so others do
   * not ask for it.
   */
  readonly affected: readonly number[];
}

export function startWriters(
  { load, stack }: Scene,
  { brokers: away = [], affected }: WrittenTo,
): PartitionWriters {
  const gaps = createGaps();
  const seeds = stack.brokers.filter((_, index) => !away.includes(index + 1));
  let isOver = false;
  const writing: Promise<void>[] = [];
  const write = async (partition: number) => {
    const kafka = new kafkajs.Kafka({
      clientId: `trial-${partition}`,
      brokers: seeds.map(({ address }) => address),
      logLevel: kafkajs.logLevel.NOTHING,
      requestTimeout: REQUEST_TIMEOUT_MS,
      retry: { retries: 1 },
    });
    // A record that is sent again after a lost answer keeps its offset, and is stored once.
    const idempotent = { idempotent: true, maxInFlightRequests: 1, retry: { retries: 1 } };
    const isAffected = affected.includes(partition);
    const producer = kafka.producer({
      ...idempotent,
      ...(isAffected && { metadataMaxAge: METADATA_AGE_MS }),
    });
    await producer.connect();
    try {
      while (!isOver) {
        await load.write(persistent(producer), { partition, count: RECORDS });
        gaps.arrived(partition);
        await sleep(WRITE_MS);
      }
    } finally {
      await producer.disconnect();
    }
  };
  return {
    gaps,
    add(partition) {
      gaps.begin(partition);
      const each = write(partition);
      each.catch(() => undefined);
      writing.push(each);
    },
    async end() {
      isOver = true;
      await Promise.all(writing);
    },
  };
}

/** Sends the same records until they are acknowledged. */
function persistent(producer: Producer): Pick<Producer, 'send'> {
  return {
    async send(records) {
      const sinceMs = performance.now();
      for (;;) {
        try {
          return await producer.send(records);
        } catch (error) {
          if (performance.now() - sinceMs > GIVE_UP_MS) throw error;
          await sleep(RETRY_MS);
        }
      }
    },
  };
}
