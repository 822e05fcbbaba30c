import type { Block } from '../../../domain/blocks/block.js';
import { InsertFailed } from '../../../domain/insert-failures/insert-error.js';
import { hasJson, JSON_INSERT_SETTINGS } from '../../../domain/types/json.js';
import { sqlIdentifier, sqlName, type TableName } from '../../../domain/table/table-name.js';
import type { EventTable, OffsetSet } from '../../../domain/ports/event-table.js';
import { nativeBlock, readFixedRows } from '../native/native.js';
import { queryId, runningInserts } from '../client/running-inserts.js';
import type { Server, Settings } from '../client/client.js';
import { findTable } from '../schema/find-table.js';
import { viewNames } from '../schema/find-views.js';
import { type Within, withinLog } from '../schema/in-log.js';
import { type OffsetSpan, spanBounds } from '../../../domain/records/offset-range.js';
import { WHOLE_ANSWER } from '../client/query-settings.js';
import { type JsonForm, mayBeForm } from './json-form.js';
import { createOffsetIndex } from './offset-index.js';

interface Look {
  readonly within: Within;
  readonly block: Pick<Block, 'spans' | 'times' | 'columns'>;
  /** The column of the event time, which the table is sorted and partitioned by. */
  readonly timeColumn: string;
}

/** Partitions in one query: each takes some 70 characters of SQL, and a server accepts statements of 256 KiB. */
const PARTITIONS_PER_QUERY = 200;

/** UInt32, UInt32, UInt64. */
const ROW_BYTES = 16;

export function createEventTable(
  server: Server,
  {
    insertSettings,
    jsonForm,
    timeColumn,
  }: {
    readonly insertSettings: () => Promise<Settings>;
    readonly jsonForm: JsonForm;
    readonly timeColumn: string;
  },
): EventTable {
  return {
    runningInserts: (self) => runningInserts(server, self),
    async views(table) {
      const row = await findTable(server, table);
      return row === null ? [] : viewNames(server, row);
    },
    async present(table, log, block) {
      const within = await withinLog(server, table, log);
      return presentRows(server, { within, block, timeColumn });
    },
    async insert(table, block, { token, id, signal, isUntouched, onSilence }) {
      const settings = {
        ...(await insertSettings()),
        ...(block.columns.some(({ type }) => hasJson(type)) && JSON_INSERT_SETTINGS),
        insert_deduplication_token: token,
      };
      const send = async (columns: Block['columns']) => {
        const writtenRows = await server.insert({
          sql: insertStatement(table, block),
          body: nativeBlock(block.rows, columns),
          settings,
          queryId: queryId(id),
          signal,
          onSilence,
        });
        return { writtenRows: writtenRows ?? 0 };
      };
      const flattened = await jsonForm.flattened(table, block);
      if (flattened === null) return send(block.columns);
      try {
        return await send(flattened);
      } catch (error) {
        if (!(error instanceof InsertFailed) || !mayBeForm(error.error)) throw error;
        // Another server may have answered than the one that was asked, and the text is never refused for its form. The token
        // does not stop duplicates in a table that keeps no tokens.
        if (!(await isUntouched?.())) {
          jsonForm.sendText();
          throw error;
        }
        const written = await send(block.columns);
        jsonForm.sendText();
        return written;
      }
    },
  };
}

function insertStatement(table: TableName, { columns }: Block): string {
  const names = columns.map(({ name }) => sqlIdentifier(name)).join(', ');
  return `INSERT INTO ${sqlName(table)} (${names}) FORMAT Native`;
}

/**
 * Finds the offsets of a block that the table holds, under any token and in any number of copies. The event times of the block
 * limit the search, so that the server opens a few table partitions instead of all.
 */
async function presentRows(server: Server, look: Look): Promise<OffsetSet> {
  const { within, block } = look;
  const index = createOffsetIndex(block.spans);
  const bounds = spanBounds(block.spans);
  for (let at = 0; at < bounds.length; at += PARTITIONS_PER_QUERY) {
    const some = bounds.slice(at, at + PARTITIONS_PER_QUERY);
    const sql =
      `SELECT toUInt32(assumeNotNull(_partition)), toUInt32(assumeNotNull(_epoch)), toUInt64(assumeNotNull(_offset)) ` +
      `FROM ${sqlName(within.table)} WHERE ${within.condition}${timesOf(look)} AND (${some.map(isWithin).join(' OR ')}) ` +
      `FORMAT RowBinary`;
    const settings = { ...WHOLE_ANSWER, ...within.settings };
    await server.read({ sql, parameters: within.parameters, settings }, (bytes) =>
      readFixedRows(bytes, ROW_BYTES, (chunk, row) => {
        index.add(
          chunk.readUInt32LE(row),
          chunk.readUInt32LE(row + 4),
          Number(chunk.readBigUInt64LE(row + 8)),
        );
      }),
    );
  }
  return index;
}

function isWithin({ partition, epoch, first, end }: OffsetSpan): string {
  return `(_partition = ${partition} AND _epoch = ${epoch} AND _offset >= ${first} AND _offset < ${end})`;
}

/** Empty if the table does not store the event time. */
function timesOf({ block, timeColumn }: Look): string {
  const isStored = block.columns.some(({ name }) => name === timeColumn);
  if (block.times === null || !isStored) return '';
  const time = sqlIdentifier(timeColumn);
  const { min, max } = block.times;
  return ` AND ${time} >= toDateTime(${min}, 'UTC') AND ${time} <= toDateTime(${max}, 'UTC')`;
}
