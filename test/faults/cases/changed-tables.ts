import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { underLoad } from './under-load.js';

const RECORDS = 20_000;
const PARTITIONS = 4;

const replaced: FaultCase = {
  name: 'clickhouse/table-replaced',
  fault: 'the table is dropped and recreated; TableReplaced is resolved by `continue`',
  // The new table lacks what the old one has.
  async verifies({ records, doubled, skipped }, { sql, tables }) {
    const [before] = await sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${tables[1]}`);
    return { records, lost: Number(before?.n), doubled, skipped };
  },
  async run(scene) {
    const { sql, table, tables } = scene;
    const pipeline = await underLoad(scene, { records: RECORDS, partitions: PARTITIONS });
    // Gone for the pipeline, but the oracle still has to count its content.
    const before = `${table}_before`;
    const [made] = await sql<{ statement: string }>(`SHOW CREATE TABLE ${table}`);
    await sql(`RENAME TABLE ${table} TO ${before}`);
    tables.push(before);
    await sql(made?.statement ?? '');
    await waitUntil(async () => (await pipeline.held('TableReplaced')).length === PARTITIONS, {
      what: 'all partitions are held',
    });
    await scene.strike(() => pipeline.resolveHold({ partition: 'all', action: 'continue' }));
  },
};

/** An ALTER under load, and how many rows lack the column: those that existed before it, and no more. */
interface Altered {
  readonly name: string;
  readonly fault: string;
  readonly alter: string;
  /** Run before the pipeline starts. Null: the pipeline creates the table. */
  readonly columns: string | null;
  /** SQL condition for a row without the value. */
  readonly lacks: string;
}

function altered({ name, fault, alter, columns, lacks }: Altered): FaultCase {
  let before = '';
  const lacking = async ({ sql, table }: Scene) => {
    const [row] = await sql<{ n: string }>(`SELECT toString(countIf(${lacks})) AS n FROM ${table}`);
    return row?.n ?? '';
  };
  return {
    name,
    fault,
    async verifies(found, scene) {
      const now = await lacking(scene);
      if (now !== before) {
        throw new Error(`${now} rows lack a value, and ${before} did when the table was altered`);
      }
      return found;
    },
    async run(scene) {
      const { sql, table } = scene;
      if (columns !== null) await sql(`CREATE TABLE ${table} ${columns}`);
      const pipeline = await underLoad(scene, { records: RECORDS, partitions: PARTITIONS });
      await sql(`ALTER TABLE ${table} ${alter} SETTINGS mutations_sync = 2`);
      await waitUntil(async () => (await pipeline.held('TableChanged')).length === PARTITIONS, {
        what: 'all partitions are held',
      });
      const [hold] = await pipeline.held('TableChanged');
      const restore = hold?.detail.slice(hold.detail.indexOf('ALTER TABLE')) ?? '';
      await scene.strike(async () => {
        await sql(`${restore} SETTINGS mutations_sync = 2`);
        before = await lacking(scene);
        await pipeline.resolveHold({ partition: 'all', action: 'retry' });
      });
    },
  };
}

const columnDropped = altered({
  name: 'clickhouse/column-dropped',
  fault:
    'a column of the table is dropped under load; TableChanged is resolved by the statement that the hold shows and `retry`; rows inserted before stay as they are',
  alter: 'DROP COLUMN metadata',
  columns: null,
  lacks: "metadata = ''",
});

const columnRetyped = altered({
  name: 'clickhouse/column-retyped',
  fault:
    'a column gets a type under load that drops the time of day in silence; TableChanged is resolved by the statement that the hold shows and `retry`',
  alter: 'MODIFY COLUMN timestamp Date',
  columns: `(event_id String, event_type String, timestamp DateTime, payload String, source String, metadata String,
    _topic String, _topic_id String, _epoch UInt32, _partition UInt32, _offset UInt64)
    ENGINE = MergeTree ORDER BY event_id SETTINGS non_replicated_deduplication_window = 10000`,
  lacks: 'timestamp = toStartOfDay(timestamp)',
});

export const CHANGED_TABLES: readonly FaultCase[] = [replaced, columnDropped, columnRetyped];
