import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { untilRefused } from './refusals.js';
import { underLoad } from './under-load.js';
import { addView } from './view.js';

const RECORDS = 20_000;

/** Long enough for several attempts. */
const REFUSED_MS = 5_000;

interface Refusal {
  readonly name: string;
  readonly fault: string;
  readonly code: number;
  begin(scene: Scene): Promise<void> | void;
  end(scene: Scene): Promise<void> | void;
}

/** The server refuses every insert for a while, and then accepts them again. */
function refusing({ name, fault, code, begin, end }: Refusal): FaultCase {
  return {
    name: `clickhouse/${name}`,
    fault: `${fault} (${code})`,
    async run(scene) {
      const pipeline = await underLoad(scene, { records: RECORDS, route: 'linked' });
      await scene.strike(async () => {
        await begin(scene);
        await refusedForAWhile(pipeline, code);
        await end(scene);
      });
    },
  };
}

async function refusedForAWhile(pipeline: Pipeline, code: number): Promise<void> {
  await untilRefused(pipeline, code);
  await sleep(REFUSED_MS);
}

const throwingView: FaultCase = {
  name: 'clickhouse/throwing-view',
  fault:
    'a materialized view behind the table throws for a while (395); table and view agree afterwards',
  async run(scene) {
    const pipeline = await underLoad(scene, { records: RECORDS, route: 'linked' });
    const view = await addView(scene, pipeline);
    await scene.strike(async () => {
      await view.breakDown();
      await refusedForAWhile(pipeline, 395);
      await view.heal();
    });
    await scene.caughtUp();
    const { lost, doubled } = await view.faults();
    if (lost + doubled > 0) {
      throw new Error(`behind the view, ${lost} rows are lost and ${doubled} are duplicated`);
    }
  },
};

export const REFUSING_CLICKHOUSE: readonly FaultCase[] = [
  refusing({
    name: 'too-many-parts',
    fault: 'merges stand still, and ClickHouse refuses inserts for too many parts',
    code: 252,
    async begin({ sql, table }) {
      await sql(`SYSTEM STOP MERGES ${table}`);
      await sql(`ALTER TABLE ${table} MODIFY SETTING parts_to_throw_insert = 1`);
    },
    async end({ sql, table }) {
      await sql(`ALTER TABLE ${table} RESET SETTING parts_to_throw_insert`);
      await sql(`SYSTEM START MERGES ${table}`);
    },
  }),
  refusing({
    name: 'read-only',
    fault: 'ClickHouse is read-only for a while',
    code: 164,
    begin({ stack }) {
      stack.insertTap.profile = () => ({ readonly: '1' });
    },
    end({ stack }) {
      stack.insertTap.profile = () => ({});
    },
  }),
  refusing({
    name: 'wrong-password',
    fault: 'ClickHouse wants another password for a while',
    code: 516,
    begin({ stack }) {
      stack.insertTap.password = 'another';
    },
    end({ stack }) {
      stack.insertTap.password = null;
    },
  }),
  throwingView,
];
