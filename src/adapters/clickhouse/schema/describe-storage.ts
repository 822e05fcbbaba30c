import {
  type DeduplicationWindow,
  isMergeTree,
  type StorageDescription,
} from '../../../domain/table/description.js';
import type { Server } from '../client/client.js';
import type { TableRow } from './find-table.js';
import { splitList, tableClauses, withoutStrings } from './table-clauses.js';

export type StorageDescriber = (row: TableRow) => Promise<StorageDescription>;

const DEFAULTS_OF_INTEREST = [
  'non_replicated_deduplication_window',
  'replicated_deduplication_window',
  'replicated_deduplication_window_seconds',
  'fsync_after_insert',
  'fsync_part_directory',
];

/** Rules that move rows to other disks or compress them again. All others remove rows, or merge them into fewer. */
const KEEPS_ROWS = / (?:TO (?:DISK|VOLUME) |RECOMPRESS CODEC\()/;

/** Asks for the server's defaults once, and only if a table relies on them. */
export function createStorageDescriber(server: Server): StorageDescriber {
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

/** The rules of a table's TTL, by what they do to its rows. */
export function ttlRules(ttl: string): {
  readonly deleting: readonly string[];
  readonly other: readonly string[];
} {
  const rules = splitList(ttl);
  return {
    deleting: rules.filter((rule) => !keepsRows(rule)),
    other: rules.filter(keepsRows),
  };
}

function keepsRows(rule: string): boolean {
  return KEEPS_ROWS.test(withoutStrings(rule));
}
