import { setTimeout as sleep } from 'node:timers/promises';
import { kafkajsClient } from '../support/kafka-topic.js';
import type { Scene } from './scene.js';

/** So many records into each partition, so many times a second: one batch after the other has some of each. */
const RECORDS = 5;
const WRITE_MS = 200;
const LOOK_MS = 100;

export interface Stalls {
  /** The longest time without a new row of each partition, in milliseconds. */
  readonly longestMs: ReadonlyMap<number, number>;
  /** The longest time without an acknowledgement for the producer: rows can't come sooner. */
  readonly producerMs: number;
}

/**
 * Writes into some partitions for as long as the work takes, by brokers that are named, and measures how long each of them
 * got no new row.
 */
export async function stallsWhile(
  scene: Scene,
  to: { readonly partitions: readonly number[]; readonly brokers: string },
  work: () => Promise<void>,
): Promise<Stalls> {
  const { load } = scene;
  const producer = kafkajsClient(to.brokers).producer();
  await producer.connect();
  const watch = watchRows(scene, to.partitions);
  let isOver = false;
  let producerMs = 0;
  const write = async () => {
    let acknowledgedMs = performance.now();
    while (!isOver) {
      for (const partition of to.partitions)
        await load.write(producer, { partition, count: RECORDS });
      producerMs = Math.max(producerMs, performance.now() - acknowledgedMs);
      acknowledgedMs = performance.now();
      await sleep(WRITE_MS);
    }
  };
  const working = work().finally(() => (isOver = true));
  try {
    await Promise.all([working, write()]);
    return { longestMs: await watch.end(), producerMs };
  } finally {
    await producer.disconnect();
  }
}

function watchRows({ sql, table }: Scene, partitions: readonly number[]) {
  const places = new Map(partitions.map((each) => [each, { rows: -1, atMs: 0, longestMs: 0 }]));
  const ended = new AbortController();
  const look = async () => {
    const counts = await sql<{ _partition: number; n: string }>(
      `SELECT _partition, toString(count()) AS n FROM ${table} GROUP BY _partition`,
    );
    const nowMs = performance.now();
    for (const [partition, place] of places) {
      const found = counts.find((each) => each._partition === partition);
      const rows = Number(found?.n ?? 0);
      if (place.rows >= 0) place.longestMs = Math.max(place.longestMs, nowMs - place.atMs);
      if (rows > place.rows) {
        place.rows = rows;
        place.atMs = nowMs;
      }
    }
  };
  const looking = (async () => {
    while (!ended.signal.aborted) {
      await look();
      await sleep(LOOK_MS);
    }
  })();
  return {
    async end(): Promise<ReadonlyMap<number, number>> {
      ended.abort();
      await looking;
      return new Map([...places].map(([each, { longestMs }]) => [each, longestMs]));
    },
  };
}
