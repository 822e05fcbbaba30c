import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { someRows, underLoad } from './under-load.js';

const SIGNALS = 150;
const MAX_PAUSE_MS = 100;

const pauses: FaultCase = {
  name: 'temporal/pause-storm',
  fault: `${SIGNALS} signals \`pause\` and \`resume\` at random under load`,
  async run(scene) {
    const { load, random } = scene;
    const pipeline = await underLoad(scene, { records: 2_000 });
    const producing = load.produce(20_000, { rate: 2_000 });
    await scene.strike(async () => {
      for (let signal = 0; signal < SIGNALS; signal++) {
        await pipeline.signal(random() < 0.5 ? 'pause' : 'resume');
        await sleep(random() * MAX_PAUSE_MS);
      }
      await pipeline.signal('resume');
    });
    await producing;
  },
};

const ROUNDS = 3;
const UPDATES = 6;

/** A different number each time, so that the last one can be identified. */
const rowsOf = (update: number) => 300 + update;

const updates: FaultCase = {
  name: 'temporal/configure-while-draining',
  fault: `${UPDATES} updates \`configure\` while the pipeline drains and its batch can't finish, ${ROUNDS} times; the worker dies in between`,
  async run(scene) {
    const pipeline = await underLoad(scene, { records: 20_000, route: 'linked' });
    for (let round = 0; round < ROUNDS; round++) {
      await someRows(scene, 500);
      const last = rowsOf((round + 1) * UPDATES);
      await scene.strike(() => configuredWhileDraining(scene, pipeline, last));
      await waitUntil(async () => (await pipeline.status()).settings?.batch.maxRows === last, {
        what: 'the last update counts',
      });
    }
  },
};

async function configuredWhileDraining(
  scene: Scene,
  pipeline: Pipeline,
  last: number,
): Promise<void> {
  const insert = await scene.stack.insertTap.hold('answer', isRows);
  for (let maxRows = last - UPDATES + 1; maxRows <= last; maxRows++) {
    const lanes = 1 + Math.floor(scene.random() * 4);
    await pipeline.handle.executeUpdate('configure', { args: [{ batch: { maxRows }, lanes }] });
  }
  const { state } = await pipeline.status();
  if (state !== 'draining') throw new Error(`the pipeline is ${state} instead of draining`);
  if (scene.random() < 0.5) {
    insert.release();
    return;
  }
  const worker = scene.workers.at(-1);
  worker?.kill('SIGKILL');
  await worker?.ended();
  insert.drop();
  await scene.startWorker('linked');
}

export const TEMPORAL_MESSAGES: readonly FaultCase[] = [pauses, updates];
