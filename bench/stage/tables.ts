import { randomUUID } from 'node:crypto';
import type { Sql } from './sql.js';

/** The table that every mover writes to, in a database of its run. */
export const TABLE = 'stream_events';

/** A table that every mover can fill, and how ClickHouse parses the events itself. */
export interface TableShape {
  /** The types of the columns that an event fills, beginning with its id. */
  readonly columns: Readonly<Record<string, string>>;
  /** Everything that follows the columns. */
  readonly engine: string;
  /** Settings of the format JSONEachRow. */
  readonly parsing: Readonly<Record<string, string>>;
}

/** The table of the old job. */
export const EVENT_SHAPE: TableShape = {
  columns: {
    event_id: 'String',
    event_type: 'String',
    timestamp: 'DateTime',
    payload: 'String',
    source: 'String',
    metadata: 'String',
  },
  engine: 'ENGINE = MergeTree ORDER BY (timestamp, event_id) PARTITION BY toYYYYMM(timestamp)',
  parsing: {
    input_format_json_read_objects_as_strings: '1',
    date_time_input_format: "'best_effort'",
  },
};

export const EVENT_COLUMNS: readonly string[] = Object.keys(EVENT_SHAPE.columns);

/** `name type, name type` */
export function columnList({ columns }: TableShape): string {
  return Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');
}

/** `name = value, name = value` */
export function parsingSettings({ parsing }: TableShape): string {
  return Object.entries(parsing)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}

export function plainTable(database: string, table = TABLE, shape = EVENT_SHAPE): string {
  return `CREATE TABLE ${database}.${table} (${columnList(shape)}, processed_at DateTime DEFAULT now()) ${shape.engine}`;
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
