import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { someRows, underLoad } from './under-load.js';

const RECORDS = 20_000;
const PARTITIONS = 4;

const replaced: FaultCase = {
  name: 'clickhouse/table-replaced',
  fault: 'the table is dropped and made again; TableReplaced is resolved by `continue`',
  // The new table lacks what the one before holds.
  async verifies({ records, doubled, skipped }, { sql, tables }) {
    const [before] = await sql<{ n: string }>(`SELECT toString(count()) AS n FROM ${tables[1]}`);
    return { records, lost: Number(before?.n), doubled, skipped };
  },
  async run(scene) {
    const { sql, table, tables } = scene;
    const pipeline = await underLoad(scene, { records: RECORDS, partitions: PARTITIONS });
    // Dropped for the pipeline; the oracle still has to count what was in it.
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

const columnDropped: FaultCase = {
  name: 'clickhouse/column-dropped',
  fault: 'a column of the table is dropped under load, and added again later (16)',
  async run(scene) {
    const { sql, table } = scene;
    await underLoad(scene, { records: RECORDS });
    await scene.strike(async () => {
      await sql(`ALTER TABLE ${table} DROP COLUMN metadata`);
    });
    await someRows(scene, 2_000);
    await scene.strike(async () => {
      await sql(`ALTER TABLE ${table} ADD COLUMN metadata String`);
    });
  },
};

export const CHANGED_TABLES: readonly FaultCase[] = [replaced, columnDropped];
