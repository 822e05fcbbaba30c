import { randomUUID } from 'node:crypto';
import type { Sql } from './sql.js';

/** The table that every mover writes to, in a database of its run. */
export const TABLE = 'stream_events';

/** The six columns that an event fills. */
export const EVENT_COLUMNS = [
  'event_id',
  'event_type',
  'timestamp',
  'payload',
  'source',
  'metadata',
] as const;

const PLAIN_COLUMNS = `
  event_id String, event_type String, timestamp DateTime, payload String, source String, metadata String,
  processed_at DateTime DEFAULT now()`;

/** The table of the old job, which every mover here can fill. */
export function plainTable(database: string, table = TABLE): string {
  return `CREATE TABLE ${database}.${table} (${PLAIN_COLUMNS})
    ENGINE = MergeTree ORDER BY (timestamp, event_id) PARTITION BY toYYYYMM(timestamp)`;
}

/** Runs `use` with a database that is dropped afterwards. */
export async function withDatabase<T>(sql: Sql, use: (database: string) => Promise<T>): Promise<T> {
  const database = `bench_${randomUUID().slice(0, 8)}`;
  await sql(`CREATE DATABASE ${database}`);
  try {
    return await use(database);
  } finally {
    await sql(`DROP DATABASE ${database} SYNC`);
  }
}
