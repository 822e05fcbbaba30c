import type {
  ColumnDescription,
  DeduplicationWindow,
  StorageDescription,
  TableDescription,
} from '../../domain/pipeline/table-description.js';
import { isMergeTree } from '../../domain/pipeline/table-description.js';
import type { TableName } from '../../domain/ports.js';
import { findViews } from './find-views.js';
import type { Server } from './server.js';
import { tableClauses } from './table-clauses.js';
import { ttlRules } from './ttl-rules.js';
import { NO_UUID } from './view-target.js';

/** Columns of `system.tables` that every server since 22 has. */
export interface TableRow {
  readonly database: string;
  readonly name: string;
  readonly uuid: string;
  readonly engine: string;
  readonly engine_full: string;
  readonly partition_key: string;
  readonly sorting_key: string;
  readonly create_table_query: string;
  readonly dependencies_database: readonly string[];
  readonly dependencies_table: readonly string[];
}

const DEFAULTS_OF_INTEREST = [
  'non_replicated_deduplication_window',
  'replicated_deduplication_window',
  'replicated_deduplication_window_seconds',
  'fsync_after_insert',
  'fsync_part_directory',
];

/** The table as it is; null where there is none, or none that this user may see. */
export async function describeTable(
  server: Server,
  name: TableName,
): Promise<TableDescription | null> {
  const row = await findTable(server, name);
  if (row === null) return null;
  const describe = createStorageDescriber(server);
  const [columns, storage, views] = await Promise.all([
    columnsOf(server, name),
    describe(row),
    findViews(server, row, describe),
  ]);
  return { ...storage, id: row.uuid === NO_UUID ? '' : row.uuid, columns, views };
}

export async function findTable(server: Server, name: TableName): Promise<TableRow | null> {
  const [row] = await server.rows<TableRow>({
    sql:
      'SELECT database, name, uuid, engine, engine_full, partition_key, sorting_key, create_table_query, ' +
      'dependencies_database, dependencies_table FROM system.tables ' +
      'WHERE database = {database:String} AND name = {table:String}',
    parameters: { ...name },
  });
  return row ?? null;
}

async function columnsOf(server: Server, name: TableName): Promise<readonly ColumnDescription[]> {
  const rows = await server.rows<{
    name: string;
    type: string;
    default_kind: ColumnDescription['defaultKind'];
    key: 0 | 1;
  }>({
    sql:
      'SELECT name, type, default_kind, is_in_partition_key OR is_in_sorting_key OR is_in_sampling_key AS key ' +
      'FROM system.columns WHERE database = {database:String} AND table = {table:String} ORDER BY position',
    parameters: { ...name },
  });
  return rows.map(({ default_kind: defaultKind, key, ...column }) => ({
    ...column,
    defaultKind,
    isKey: key === 1,
  }));
}

export type StorageDescriber = (row: TableRow) => Promise<StorageDescription>;

/** Asks for the server's defaults once, and only where a table leaves something to them. */
function createStorageDescriber(server: Server): StorageDescriber {
  const defaults = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const defaultsOf = (source: string) => {
    const known = defaults.get(source) ?? readDefaults(server, source);
    defaults.set(source, known);
    return known;
  };
  return async (row) => {
    const { engine } = row;
    const { clause, settings } = tableClauses(row.engine_full);
    const replicated = /^(Replicated|Shared)/.test(engine);
    const source = replicated ? 'replicated_merge_tree_settings' : 'merge_tree_settings';
    const base = isMergeTree(engine) ? await defaultsOf(source) : new Map<string, string>();
    const setting = (name: string) => settings.get(name) ?? base.get(name) ?? '0';
    const { deleting, other } = ttlRules(clause('TTL'));
    return {
      name: { database: row.database, table: row.name },
      engine,
      partitionKey: row.partition_key,
      sortingKey: row.sorting_key,
      uniqueKey: clause('UNIQUE KEY'),
      deletingTtl: deleting,
      otherTtl: other,
      window: isMergeTree(engine) ? windowOf(replicated, setting) : null,
      fsyncAfterInsert: isOn(setting('fsync_after_insert')),
      fsyncPartDirectory: isOn(setting('fsync_part_directory')),
    };
  };
}

function windowOf(replicated: boolean, setting: (name: string) => string): DeduplicationWindow {
  if (!replicated) {
    const name = 'non_replicated_deduplication_window';
    return { setting: name, parts: Number(setting(name)), seconds: null };
  }
  const name = 'replicated_deduplication_window';
  return {
    setting: name,
    parts: Number(setting(name)),
    seconds: Number(setting(`${name}_seconds`)),
  };
}

async function readDefaults(server: Server, source: string): Promise<ReadonlyMap<string, string>> {
  const rows = await server.rows<{ name: string; value: string }>({
    sql: `SELECT name, value FROM system.${source} WHERE name IN {names:Array(String)}`,
    parameters: { names: DEFAULTS_OF_INTEREST },
  });
  return new Map(rows.map(({ name, value }) => [name, value]));
}

function isOn(value: string): boolean {
  return value === '1' || value === 'true';
}
