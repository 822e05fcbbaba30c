import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { waitUntil } from '../../support/wait-until.js';
import { BATCH, pausedAndIdle, someRows, underLoad } from './under-load.js';

const PARTITIONS = 4;
const BEFORE = 2_000;
const RECORDS = 20_000;

/** Offsets that the two columns refuse: two in each partition. */
const NO_UUID = { every: 2_503, at: 613 };
const NOT_IN_ENUM = { every: 2_399, at: 1_000 };

const isAt = ({ every, at }: typeof NO_UUID) => `_offset % ${every} = ${at}`;

/** From now on, records that the columns refuse must become dead letters. */
function expectLetters({ expectation }: Scene, from: number): number {
  let letters = 0;
  for (const [key] of expectation.entries()) {
    const [epoch = 0, partition = 0, offset = 0] = key.split('/').map(Number);
    const isRefused = [NO_UUID, NOT_IN_ENUM].some(({ every, at }) => offset % every === at);
    if (offset < from || !isRefused) continue;
    expectation.add({ epoch, partition, offset }, 'letter');
    letters += 1;
  }
  return letters;
}

/** The table is changed while no batch is in progress, and records wait when the pipeline is resumed. */
async function changedTable(scene: Scene, statements: readonly string[]): Promise<Pipeline> {
  const { load, sql, table } = scene;
  const pipeline = await underLoad(scene, { records: BEFORE, partitions: PARTITIONS });
  await scene.caughtUp();
  await pausedAndIdle(pipeline);
  for (const statement of statements) await sql(`ALTER TABLE ${table} ${statement}`);
  await load.produce(RECORDS);
  return pipeline;
}

const computedColumns: FaultCase = {
  name: 'clickhouse/computed-columns-refuse',
  fault:
    'computed UUID and Enum columns refuse 16 of 20,000 records (376, 691); the worker is killed while they are isolated',
  async run(scene) {
    const { sql, letterTables } = scene;
    const pipeline = await changedTable(scene, [
      `ADD COLUMN u UUID MATERIALIZED toUUID(if(${isAt(NO_UUID)}, 'none', event_id))`,
      `ADD COLUMN e Enum8('good' = 1) MATERIALIZED if(${isAt(NOT_IN_ENUM)}, 'none', 'good')`,
    ]);
    const expected = expectLetters(scene, BEFORE / PARTITIONS);
    const letters = async () => {
      const [found] = await sql<{ n: string }>(
        `SELECT toString(count()) AS n FROM ${letterTables[0] ?? ''} FINAL`,
      );
      return Number(found?.n);
    };
    await scene.strike(() => pipeline.signal('resume'));
    await waitUntil(async () => (await letters()) > 0, { what: 'a row was isolated' });
    await scene.strike(async () => {
      for (const worker of scene.workers) worker.kill('SIGKILL');
      await scene.startWorker();
    });
    await waitUntil(async () => (await letters()) >= expected, {
      // Each takes about fifteen plans.
      timeoutMs: 10 * 60_000,
      what: `all ${expected} rows that the table refuses are dead letters`,
    });
    const { holds } = await pipeline.status();
    if (holds.length > 0) throw new Error(`held: ${holds[0]?.detail ?? ''}`);
  },
};

const refusesAll: FaultCase = {
  name: 'clickhouse/table-refuses',
  fault:
    'a computed column refuses every record (395): all partitions are held without a dead letter, the column is dropped, and `retry` goes on',
  async run(scene) {
    const { sql, table, letterTables } = scene;
    const pipeline = await changedTable(scene, [
      'ADD COLUMN u UInt8 MATERIALIZED throwIf(_offset >= 0)',
    ]);
    await pipeline.signal('resume');
    await waitUntil(async () => (await pipeline.held('TableRefuses')).length === PARTITIONS, {
      timeoutMs: 10 * 60_000,
      what: 'all partitions are held',
    });
    const [letters] = await sql<{ n: string }>(
      `SELECT toString(count()) AS n FROM ${letterTables[0] ?? ''}`,
    );
    if (letters?.n !== '0') throw new Error(`${letters?.n} records became dead letters`);
    await sql(`ALTER TABLE ${table} DROP COLUMN u`);
    await scene.strike(() => pipeline.resolveHold({ partition: 'all', action: 'retry' }));
    await someRows(scene, BATCH.maxRows);
  },
};

export const REFUSED_ROWS: readonly FaultCase[] = [computedColumns, refusesAll];
