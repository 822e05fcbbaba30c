import type { Codec } from '../../dev/events/compress.js';
import { produceFast } from '../../dev/events/fast-producer.js';
import { eventText } from '../../dev/events/sample-event.js';
import { hashRows } from '../measure/check-rows.js';
import { sizedEvents } from './sized-events.js';
import type { Sql } from './sql.js';
import {
  EVENT_COLUMNS,
  EVENT_SHAPE,
  parsingSettings,
  plainTable,
  TABLE,
  type TableShape,
  withDatabase,
} from './tables.js';
import { createTopic } from './topic.js';

/** A topic full of events, and the expected content of its table. */
export interface Load {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
  /** The average of the record values. */
  readonly bytesPerRecord: number;
  /** Over every column that an event fills. Null if nobody computed it. */
  readonly hash: string | null;
  /** The columns of its table, beginning with the id of each event. Those of sample events unless given. */
  readonly columns?: readonly string[];
  /** The table of movers that do not create their own. That of sample events unless given. */
  readonly shape?: TableShape;
}

export interface LoadOptions {
  readonly brokers: string;
  readonly sql: Sql;
  readonly records: number;
  readonly partitions: number;
}

/** Loads without a hash, so that they may be large and of any size. */
export interface PlainLoadOptions extends Omit<LoadOptions, 'sql'> {
  readonly codec?: Codec;
  /** Sample events unless given. */
  readonly recordBytes?: number;
}

/** The average of a sample event. */
export const SAMPLE_BYTES = 289;

const SEED = 20_261_124;
/** Time of the first event. It is far from the end of a month, so that all rows share one table partition. */
export const START_MS = Date.UTC(2026, 10, 1);
const EVERY_MS = 10;
const CHUNK_EVENTS = 50_000;

export async function createLoad({ sql, ...options }: LoadOptions): Promise<Load> {
  const { load, counts } = await produce(options);
  return { ...load, hash: await expectedHash(sql, counts) };
}

export async function createPlainLoad(options: PlainLoadOptions): Promise<Load> {
  const { load } = await produce(options);
  return load;
}

async function produce(options: PlainLoadOptions) {
  const { brokers, records, partitions, codec, recordBytes } = options;
  const topic = await createTopic(brokers, partitions);
  const produced = await produceFast({
    brokers,
    topic,
    partitions,
    count: records,
    seed: SEED,
    startMs: START_MS,
    ...(codec === undefined ? {} : { codec }),
    ...(recordBytes === undefined ? {} : { shape: sizedEvents(recordBytes) }),
  });
  const bytesPerRecord = recordBytes ?? SAMPLE_BYTES;
  return {
    load: { topic, partitions, records, bytesPerRecord, hash: null },
    counts: produced.map(({ count }) => count),
  };
}

/** Lets ClickHouse itself parse the same events as JSON lines, without a mover. */
async function expectedHash(sql: Sql, counts: readonly number[]): Promise<string> {
  return withDatabase(sql, async (database) => {
    await sql(plainTable(database));
    const into = `INSERT INTO ${database}.${TABLE} (${EVENT_COLUMNS.join(', ')})
      SETTINGS ${parsingSettings(EVENT_SHAPE)}
      FORMAT JSONEachRow`;
    for (const [partition, count] of counts.entries()) {
      for (let first = 0; first < count; first += CHUNK_EVENTS) {
        const lines = Array.from({ length: Math.min(CHUNK_EVENTS, count - first) }, (_, index) => {
          const at = first + index;
          return eventText({ seed: SEED, partition }, at, START_MS + at * EVERY_MS);
        });
        await sql(into, Buffer.from(lines.join('\n'), 'latin1'));
      }
    }
    return hashRows(sql, `${database}.${TABLE}`);
  });
}
