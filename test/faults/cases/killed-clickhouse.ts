import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../dev/stack/free-port.js';
import { scrape, sumOf } from '../../support/scrape.js';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import type { Scene } from '../scene.js';
import { someRows } from './under-load.js';
import { addView } from './view.js';

/** Small blocks, so that there are many. */
const MAX_ROWS = 200;

/** More than passes between two kills. */
const MIN_WAITING = 4_000;
const TOP_UP = 8_000;

/** A kill happens at any time between the last byte of the insert and shortly after its answer is due. */
const LONGEST = 1.2;

/** One kill in four hits the repeat of the insert that the previous one hit. */
const AGAIN = 0.25;

/**
 * Unmerged parts make each start of ClickHouse slower than the one before. If merging fails, the starts only take longer.
 */
const STRIKES_PER_MERGE = 10;

interface KillShape {
  readonly name: string;
  readonly fault: string;
  readonly kills: number;
  /** Each is one table partition. */
  readonly months: number;
  readonly isBehindView?: boolean;
}

function killed({ name, fault, kills, months, isBehindView = false }: KillShape): FaultCase {
  return {
    name: `clickhouse/${name}`,
    fault: `${fault}, ${kills} times`,
    async run(scene) {
      await scene.load.createTopic(1);
      await topUp(scene, months);
      const metrics = `127.0.0.1:${await freePort()}`;
      await scene.startWorker('linked', { MILLRACE_METRICS_ADDRESS: metrics });
      const pipeline = await scene.startPipeline({ batch: { maxRows: MAX_ROWS }, lanes: 1 });
      await someRows(scene);
      const view = isBehindView ? await addView(scene, pipeline) : null;
      const left = { none: 0, part: 0, all: 0 };
      for (let killed = 0; killed < kills;) {
        await topUp(scene, months);
        if (scene.measured.strikes % STRIKES_PER_MERGE === 0) {
          await scene.sql(`OPTIMIZE TABLE ${scene.table} FINAL`).catch(() => undefined);
        }
        await scene.strike(async () => {
          do {
            left[await killInCommit(scene)] += 1;
            killed += 1;
          } while (killed < kills && scene.random() < AGAIN);
        });
      }
      await scene.caughtUp();
      const repaired = sumOf(await scrape(metrics), 'millrace_repaired_rows_total') ?? 0;
      scene.notes.push(
        `after the kills, the insert was there ${left.all} times, a part of it ${left.part} times, nothing of it ${left.none} times; ${repaired} rows were gone though ClickHouse had acknowledged them, and were sent again`,
      );
      if (view !== null) {
        const { lost, doubled } = await view.faults();
        scene.notes.push(`behind the view: lost ${lost}, doubled ${doubled}`);
      }
    },
  };
}

/** Resolves with how many rows of the insert exist afterwards. */
async function killInCommit(scene: Scene): Promise<'none' | 'part' | 'all'> {
  const { stack, random } = scene;
  const { clickHouse, insertTap, links } = stack;
  const head = await insertTap.hold('head', isRows);
  const before = await scene.arrived();
  const sent = insertTap.hold('sent', isRows);
  head.release();
  (await sent).release();
  await sleep(random() * insertTap.lastInsertMs * LONGEST);
  await clickHouse.kill('SIGKILL');
  // Nothing is sent before the rows that survived the kill are counted.
  links.clickHouse.set({ kind: 'refused' });
  await clickHouse.restart();
  const after = await scene.arrived();
  links.clickHouse.heal();
  if (after === before) return 'none';
  // Every batch has the same number of rows, so a remainder is a part of one.
  return after % MAX_ROWS === 0 ? 'all' : 'part';
}

async function topUp({ load, expectation, arrived }: Scene, months: number): Promise<void> {
  const waiting = expectation.size === 0 ? 0 : expectation.size - (await arrived());
  if (waiting > MIN_WAITING) return;
  await (months === 1 ? load.produce(TOP_UP) : load.produceSpread(TOP_UP, months));
}

export const KILLED_CLICKHOUSE: readonly FaultCase[] = [
  killed({
    name: 'killed-in-commit',
    fault: 'SIGKILL of ClickHouse while it commits an insert into one table partition',
    kills: 100,
    months: 1,
  }),
  killed({
    name: 'killed-in-commit-100',
    fault: 'SIGKILL of ClickHouse while it commits an insert into 100 table partitions',
    kills: 100,
    months: 100,
  }),
  killed({
    name: 'killed-behind-view',
    fault:
      'SIGKILL of ClickHouse while it commits an insert into 100 table partitions, with a view behind the table',
    kills: 40,
    months: 100,
    isBehindView: true,
  }),
];
