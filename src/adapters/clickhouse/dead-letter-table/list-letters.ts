import type {
  DeadLetterReason,
  DeadLetterStage,
  DeadLetterStatus,
} from '../../../domain/dead-letters/dead-letter.js';
import { deadLettersOf, sqlName, type TableName } from '../../../domain/table/table-name.js';
import { createServer, type ServerOptions } from '../client/client.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';

/** Which dead letters of a table are listed. */
export interface LetterFilter {
  /** The table of events. */
  readonly table: TableName;
  /** Null for all. */
  readonly status: DeadLetterStatus | null;
  /** Empty for all. */
  readonly reasons: readonly string[];
  /** How many of the newest dead letters are listed. */
  readonly limit: number;
  /** Without values, no content of a record is read. */
  readonly withValues: 'with values' | 'without values';
}

export interface LetterGroup {
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  readonly path: string;
  readonly count: number;
  /** When the newest of them was written. */
  readonly newest: string;
}

export interface ListedLetter {
  readonly at: string;
  readonly status: DeadLetterStatus;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  readonly path: string;
  readonly error: string;
  /** As text, with replacement characters for invalid UTF-8; null if the record has none. Missing unless asked for. */
  readonly key?: string | null;
  readonly value?: string | null;
}

export interface LetterList {
  /** The largest first, 100 at most. */
  readonly groups: readonly LetterGroup[];
  /** The newest first. */
  readonly newest: readonly ListedLetter[];
}

const MAX_GROUPS = 100;

/** Most bytes of a value that are shown; the table has the whole value. */
const VALUE_BYTES = 1_000;

/** Lists the dead letters of a table for people. Throws `InsertFailed`, also if there is no such table (code 60). */
export async function listLetters(
  options: ServerOptions,
  { table, status, reasons, limit, withValues }: LetterFilter,
): Promise<LetterList> {
  const server = createServer(options);
  const from =
    `FROM ${sqlName(deadLettersOf(table))} FINAL WHERE ({status:String} = '' OR status = {status:String}) ` +
    'AND (empty({reasons:Array(String)}) OR reason IN {reasons:Array(String)})';
  const query = { parameters: { status: status ?? '', reasons, limit }, settings: NEWEST_ROWS };
  const text = (column: string) =>
    `if(isNull(${column}), NULL, toValidUTF8(substring(assumeNotNull(${column}), 1, ${VALUE_BYTES})))`;
  const content =
    withValues === 'with values' ? `, ${text('_key')} AS key, ${text('value')} AS value` : '';
  try {
    const [groups, newest] = await Promise.all([
      server.rows<LetterGroup>({
        sql: `SELECT stage, reason, path, toFloat64(count()) AS count, formatDateTime(max(at), '%FT%TZ', 'UTC') AS newest ${from} GROUP BY stage, reason, path ORDER BY count DESC, stage, reason, path LIMIT ${MAX_GROUPS}`,
        ...query,
      }),
      server.rows<ListedLetter>({
        sql:
          `SELECT formatDateTime(letters.at, '%FT%TZ', 'UTC') AS at, status, topic, partition, toString(at_offset) AS offset, stage, reason, path, error${content === '' ? '' : ', key, value'} ` +
          `FROM (SELECT at, status, _topic AS topic, _partition AS partition, _offset AS at_offset, stage, reason, path, error${content} ${from} ORDER BY at DESC, _partition, _offset LIMIT {limit:UInt32}) AS letters ` +
          'ORDER BY letters.at DESC, partition, at_offset',
        ...query,
      }),
    ]);
    return { groups, newest };
  } finally {
    await server.close();
  }
}
