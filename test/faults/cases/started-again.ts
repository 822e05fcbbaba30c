import type { FaultCase } from '../fault-case.js';
import { isRows } from '../net/insert-tap.js';
import { BATCH, letPass, underLoad } from './under-load.js';

const TIMES = 3;

/** A new start knows only what Kafka has as committed. */
const terminated: FaultCase = {
  name: 'worker/killed-and-restarted',
  fault: `SIGKILL before the rows are sent, the pipeline terminated, and started again from the committed offsets, ${TIMES} times`,
  async run(scene) {
    let pipeline = await underLoad(scene, { records: 20_000, route: 'linked' });
    for (let time = 0; time < TIMES; time++) {
      await letPass(scene, 4);
      await scene.strike(async () => {
        const insert = await scene.stack.insertTap.hold('head', isRows);
        const worker = scene.workers.at(-1);
        worker?.kill('SIGKILL');
        await worker?.ended();
        insert.drop();
        await pipeline.handle.terminate('the case wants it');
        await scene.startWorker('linked');
        pipeline = await scene.startPipeline({ batch: BATCH });
      });
    }
  },
};

export const STARTED_AGAIN: readonly FaultCase[] = [terminated];
