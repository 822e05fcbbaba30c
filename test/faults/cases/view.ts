import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { pausedAndIdle } from './under-load.js';

/** A materialized view behind the table of a case, which copies the position of each row to its own table. */
export interface View {
  /** From now on, it throws for each row. */
  breakDown(): Promise<void>;
  heal(): Promise<void>;
  /** Rows of the table that it lacks, and rows that it has more than once. */
  faults(): Promise<{ readonly lost: number; readonly doubled: number }>;
}

/** Created while the pipeline is paused, so that it receives every row from a known time on. */
export async function addView(scene: Scene, pipeline: Pipeline): Promise<View> {
  const { sql, database, table } = scene;
  await pausedAndIdle(pipeline);
  const seen = `${database}.seen`;
  const broken = `${database}.broken`;
  await sql(
    `CREATE TABLE ${seen} (_partition UInt32, _offset UInt64, month UInt32)
     ENGINE = MergeTree ORDER BY (_partition, _offset) PARTITION BY month
     SETTINGS non_replicated_deduplication_window = 10000`,
  );
  await sql(`INSERT INTO ${seen} SELECT _partition, _offset, toYYYYMM(timestamp) FROM ${table}
     SETTINGS max_partitions_per_insert_block = 0`);
  await sql(`CREATE TABLE ${broken} (at DateTime) ENGINE = MergeTree ORDER BY at`);
  await sql(
    `CREATE MATERIALIZED VIEW ${database}.view TO ${seen} AS
     SELECT _partition, _offset, toYYYYMM(timestamp) AS month FROM ${table}
     WHERE throwIf((SELECT count() FROM ${broken}) > 0) = 0`,
  );
  await pipeline.signal('resume');
  return {
    async breakDown() {
      await sql(`INSERT INTO ${broken} VALUES (now())`);
    },
    async heal() {
      await sql(`TRUNCATE TABLE ${broken}`);
    },
    async faults() {
      const places = (name: string) =>
        `(SELECT toString(uniqExact(_partition, _offset)) FROM ${name})`;
      const [found] = await sql<{ rows: string; distinct: string; all: string }>(
        `SELECT toString(count()) AS rows, ${places(seen)} AS distinct, ${places(table)} AS all FROM ${seen}`,
      );
      const { rows, distinct, all } = found ?? { rows: 0, distinct: 0, all: 0 };
      return {
        lost: Number(all) - Number(distinct),
        doubled: Number(rows) - Number(distinct),
      };
    },
  };
}
