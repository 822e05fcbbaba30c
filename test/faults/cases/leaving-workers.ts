import type { FaultCase } from '../fault-case.js';
import { someRows, underLoad, whileProducing } from './under-load.js';

const ROUNDS = 4;
const RATE = 2_000;

const asked: FaultCase = {
  name: 'worker/sigterm',
  fault: `SIGTERM under load while a new worker starts, as in a rolling deployment, ${ROUNDS} times`,
  async run(scene) {
    await underLoad(scene, { records: 5_000 });
    await whileProducing(scene, RATE, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const old = scene.workers.at(-1);
        await scene.startWorker();
        await scene.strike(async () => {
          old?.kill('SIGTERM');
          const code = await old?.ended();
          if (code !== 0) throw new Error(`a worker that was asked to end, ended with ${code}`);
        });
        await someRows(scene, 500);
      }
    });
  },
};

const oneOfTwo: FaultCase = {
  name: 'worker/one-of-two',
  fault: `two workers under load, SIGKILL of one, ${ROUNDS} times`,
  async run(scene) {
    await underLoad(scene, { records: 5_000 });
    await scene.startWorker();
    await whileProducing(scene, RATE, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await someRows(scene, 500);
        const up = scene.workers.filter((worker) => worker.isRunning());
        const one = up[Math.floor(scene.random() * up.length)];
        await scene.strike(async () => {
          one?.kill('SIGKILL');
          await one?.ended();
        });
        await scene.startWorker();
      }
    });
  },
};

export const LEAVING_WORKERS: readonly FaultCase[] = [asked, oneOfTwo];
