import type { Server, Settings } from './client.js';
import { INSERT_DEADLINE_MS } from '../../../domain/limits.js';

/** Limits of a profile may truncate an answer without an error, and rows that it left out would be sent again. */
export const WHOLE_ANSWER: Settings = {
  limit: 0,
  offset: 0,
  max_result_rows: 0,
  max_result_bytes: 0,
  result_overflow_mode: 'throw',
  max_rows_to_read: 0,
  max_bytes_to_read: 0,
  read_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
};

/**
 * Makes each insert one block, with one part per table partition, that the server recognises when it is sent again. This must not
 * depend on the user's profile: the server's defaults for asynchronous inserts and for `deduplicate_insert` can turn it off.
 */
const WANTED: Settings = {
  async_insert: 0,
  // A Distributed table answers only once its shards have the rows, not while they wait in a queue on one node. Two names of one
  // setting: servers before 23.11 only have the second.
  distributed_foreground_insert: 1,
  insert_distributed_sync: 1,
  insert_deduplicate: 1,
  // Overrides `insert_deduplicate` on servers that have it.
  deduplicate_insert: 'enable',
  deduplicate_blocks_in_dependent_materialized_views: 1,
  use_strict_insert_block_limits: 0,
  max_insert_block_size: 1_048_449,
  min_insert_block_size_rows: 1_048_449,
  min_insert_block_size_bytes: 268_402_944,
  // With `break`, an insert that takes too long would store only some rows and still report success.
  timeout_overflow_mode: 'throw',
  // Columns of another type than the block's, for example LowCardinality, are converted.
  input_format_native_allow_types_conversion: 1,
};

const TIME_LIMIT = 'max_execution_time';

/** Settings of every insert; those that the server does not know are left out, because it would refuse them. */
export function createInsertSettings(server: Server): () => Promise<Settings> {
  let known: { readonly outages: number; readonly settings: Promise<Settings> } | null = null;
  return () => {
    const outages = server.outages();
    if (known?.outages !== outages) known = { outages, settings: ask(server) };
    const { settings } = known;
    settings.catch(() => {
      if (known?.settings === settings) known = null;
    });
    return settings;
  };
}

async function ask(server: Server): Promise<Settings> {
  const rows = await server.rows<{ name: string; value: string }>({
    sql: 'SELECT name, value FROM system.settings WHERE name IN {names:Array(String)}',
    parameters: { names: [...Object.keys(WANTED), TIME_LIMIT] },
  });
  const known = new Map(rows.map(({ name, value }) => [name, value]));
  return {
    ...Object.fromEntries(Object.entries(WANTED).filter(([name]) => known.has(name))),
    ...(server.hosts().length > 1 && timeLimit(Number(known.get(TIME_LIMIT) ?? 0))),
  };
}

/** With several hosts, one that can't be asked must have ended an insert by the time that another one accepts its rows. */
function timeLimit(ofProfile: number): Settings {
  const seconds = INSERT_DEADLINE_MS / 1_000;
  return ofProfile > 0 && ofProfile <= seconds ? {} : { [TIME_LIMIT]: seconds };
}
