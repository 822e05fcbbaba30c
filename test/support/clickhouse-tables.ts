import { randomBytes } from 'node:crypto';
import { type ClickHouse, createClickHouse } from '../../src/adapters/clickhouse/clickhouse.js';
import type { RequestLimits } from '../../src/adapters/clickhouse/client/client.js';
import type { EventLayout } from '../../src/adapters/clickhouse/schema/event-layout.js';
import { EVENT_CONTRACT, expectedColumns } from '../../src/domain/contract/event-contract.js';
import { sqlIdentifier, type TableName } from '../../src/domain/table/table-name.js';

export const LAYOUT: EventLayout = {
  columns: expectedColumns(EVENT_CONTRACT),
  timeColumn: EVENT_CONTRACT.eventTime,
  idColumn: 'event_id',
};

/** A database for one test file, and access to it that does not use the code under test. */
export interface TestDatabase {
  readonly name: string;
  readonly url: string;
  readonly clickhouse: ClickHouse;
  /** The same server through an adapter with other options. */
  connect(options: ConnectOptions): ClickHouse;
  table(name: string): TableName;
  sql(statement: string): Promise<string>;
  rows<Row>(query: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly createTables?: boolean;
  readonly layout?: EventLayout;
  readonly password?: string;
  readonly url?: string;
  /** Several hosts, instead of `url`. */
  readonly urls?: readonly string[];
  readonly onHost?: (message: string) => void;
  readonly limits?: RequestLimits;
}

export interface DatabaseOptions {
  readonly name?: string;
  readonly user?: string;
  readonly password?: string;
  /** Not dropped after the test. */
  readonly isKept?: boolean;
}

export async function openDatabase(
  url: string,
  options: DatabaseOptions = {},
): Promise<TestDatabase> {
  const name = `${options.name ?? 'test'}_${randomBytes(5).toString('hex')}`;
  const account = { user: options.user ?? 'default', password: options.password ?? '' };
  const ask = (statement: string) => query(url, account, statement);
  const open: ClickHouse[] = [];
  const connect = (other: ConnectOptions): ClickHouse => {
    const clickhouse = createClickHouse(
      {
        urls: other.urls ?? [other.url ?? url],
        ...account,
        database: name,
        ca: null,
        layout: LAYOUT,
        createTables: true,
        ...other,
      },
      other.limits,
    );
    open.push(clickhouse);
    return clickhouse;
  };
  await ask(`CREATE DATABASE ${sqlIdentifier(name)} ENGINE = Atomic`);
  return {
    name,
    url,
    clickhouse: connect({}),
    connect,
    table: (table) => ({ database: name, table }),
    sql: ask,
    async rows<Row>(statement: string) {
      const text = await ask(`${statement} FORMAT JSONEachRow`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Row);
    },
    async close() {
      await Promise.all(open.map((each) => each.close()));
      if (!options.isKept) await ask(`DROP DATABASE ${sqlIdentifier(name)} SYNC`);
    },
  };
}

interface Account {
  readonly user: string;
  readonly password: string;
}

async function query(url: string, account: Account, statement: string): Promise<string> {
  const answer = await fetch(`${url}/?wait_end_of_query=1`, {
    method: 'POST',
    body: statement,
    headers: { 'X-ClickHouse-User': account.user, 'X-ClickHouse-Key': account.password },
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return text;
}
