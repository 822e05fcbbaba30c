import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { underLoad } from './under-load.js';

const RECORDS = 2_000;

/**
 * A pipeline receives the end of a log a minute after its batch began, and then at intervals of a twentieth of the
 * elapsed time.
 */
const TOLD_MS = 300_000;

const downWhileRecordsCome: FaultCase = {
  name: 'clickhouse/down-while-records-come',
  fault: `ClickHouse is out of reach for over a minute while ${RECORDS} records come: status tells their lag, not that of the beginning`,
  async run(scene) {
    const { links } = scene.stack;
    const pipeline = await underLoad(scene, { records: RECORDS, route: 'linked' });
    await scene.caughtUp();
    links.clickHouse.set({ kind: 'refused' });
    await scene.load.produce(40);
    await waitUntil(
      async () => (await pipeline.status()).inHand.some(({ what }) => what.startsWith('batch')),
      { timeoutMs: TOLD_MS, what: 'a batch is in progress' },
    );
    await scene.load.produce(RECORDS);
    const stuckSince = Date.now();
    await waitUntil(async () => (await pipeline.status()).lag >= RECORDS, {
      timeoutMs: TOLD_MS,
      what: `status tells the ${RECORDS} records that came while a batch was stuck`,
    });
    const { lagSeenAt } = await pipeline.status();
    if (Date.parse(lagSeenAt ?? '') < stuckSince) {
      throw new Error(`status says the lag was seen at ${lagSeenAt}, before the records came`);
    }
    await scene.strike(() => {
      links.clickHouse.heal();
      return Promise.resolve();
    });
  },
};

export const STUCK_BATCHES: readonly FaultCase[] = [downWhileRecordsCome];
