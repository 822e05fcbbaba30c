import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import type { Scene } from '../scene.js';
import { HALF_BATCH_BYTES, refuseWholeBatches } from './memory.js';
import { letPass, underLoad } from './under-load.js';

const RECORDS = 60_000;
const TIMES = 5;
const STANDSTILL_MS = 30_000;

interface Breakage {
  readonly name: string;
  readonly fault: string;
  strike(scene: Scene): Promise<void>;
}

/** Repeats the same fault several times, each time after some inserts that pass. */
function broken({ name, fault, strike }: Breakage): FaultCase {
  return {
    name: `clickhouse/${name}`,
    fault: `${fault}, ${TIMES} times`,
    async run(scene) {
      // One lane, so that the next insert is a repeat of this one.
      const input = { lanes: 1 };
      await underLoad(scene, { records: RECORDS, badPermille: 5, route: 'linked', input });
      for (let time = 0; time < TIMES; time++) {
        await letPass(scene, 4);
        await scene.strike(() => strike(scene));
      }
    },
  };
}

const stopped: FaultCase = {
  name: 'clickhouse/stopped',
  fault: `SIGSTOP of ClickHouse for ${STANDSTILL_MS / 1_000} s`,
  async run(scene) {
    await underLoad(scene, { records: RECORDS });
    await scene.strike(async () => {
      await scene.stack.clickHouse.kill('SIGSTOP');
      await sleep(STANDSTILL_MS);
      await scene.stack.clickHouse.kill('SIGCONT');
    });
  },
};

/** The result of a kill between storing a token and its part: the token is known, but the rows are missing. */
const tokenWithoutRows: FaultCase = {
  name: 'clickhouse/token-without-rows',
  fault: `ClickHouse knows the token of an insert whose rows it has lost, ${TIMES} times`,
  async run(scene) {
    const { sql, table, stack } = scene;
    await underLoad(scene, {
      records: RECORDS,
      partitions: 1,
      route: 'linked',
      input: { lanes: 1 },
    });
    // An empty part would remove the token.
    await sql(`ALTER TABLE ${table} MODIFY SETTING remove_empty_parts = 0`);
    for (let time = 0; time < TIMES; time++) {
      await scene.strike(async () => {
        const head = await stack.insertTap.hold('head', isRows);
        const [last] = await sql<{ o: string }>(`SELECT toString(max(_offset)) AS o FROM ${table}`);
        const answer = stack.insertTap.hold('answer', isRows);
        head.release();
        const inserted = await answer;
        await sql(
          `ALTER TABLE ${table} DELETE WHERE _offset > ${last?.o ?? 0} SETTINGS mutations_sync = 2`,
        );
        inserted.drop();
      });
    }
  },
};

export const BROKEN_INSERTS: readonly FaultCase[] = [
  stopped,
  broken({
    name: 'body-cut',
    fault: 'the connection is reset in the middle of the body of an insert',
    async strike({ stack }) {
      (await stack.insertTap.hold('middle', isRows)).drop();
    },
  }),
  broken({
    name: 'answer-lost',
    fault: 'the insert is done, and the connection is reset before its answer',
    async strike({ stack }) {
      (await stack.insertTap.hold('answer', isRows)).drop();
    },
  }),
  broken({
    name: 'answer-lost-then-memory',
    fault:
      'the insert is done, its answer is lost, and from then on the server refuses blocks of that size (241)',
    async strike(scene) {
      const answer = await scene.stack.insertTap.hold('answer', isRows);
      const refused = refuseWholeBatches(scene.stack.insertTap);
      answer.drop();
      await waitUntil(() => refused() > 0, { what: 'a whole batch was refused' });
      scene.stack.insertTap.profile = () => ({});
    },
  }),
  broken({
    name: 'memory-heals-halfway',
    fault:
      'the server refuses a block (241); its first half is inserted, that answer is lost, and the limit is gone',
    async strike({ stack }) {
      const { insertTap } = stack;
      const refused = refuseWholeBatches(insertTap);
      await waitUntil(() => refused() > 0, { what: 'a whole batch was refused' });
      const half = await insertTap.hold(
        'answer',
        (insert) => isRows(insert) && insert.bytes < HALF_BATCH_BYTES,
      );
      insertTap.profile = () => ({});
      half.drop();
    },
  }),
  tokenWithoutRows,
];
