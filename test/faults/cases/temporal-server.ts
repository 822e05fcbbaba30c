import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import { someRows, underLoad } from './under-load.js';

const TIMES = 2;
const STOPPED_MS = 30_000;
const RECORDS = 20_000;

const killed: FaultCase = {
  name: 'temporal/killed',
  fault: `SIGKILL of Temporal under load, and a restart on the same database, ${TIMES} times`,
  async run(scene) {
    const { temporal } = scene.stack;
    await underLoad(scene, { records: 2_000, badPermille: 5 });
    for (let time = 0; time < TIMES; time++) {
      await scene.load.produce(RECORDS / TIMES);
      await someRows(scene, 1 + Math.floor(scene.random() * 2_000));
      await scene.strike(async () => {
        await temporal.kill('SIGKILL');
        await temporal.restart();
      });
    }
  },
};

const stopped: FaultCase = {
  name: 'temporal/stopped',
  fault: `SIGSTOP of Temporal under load for ${STOPPED_MS / 1_000} s`,
  async run(scene) {
    const { temporal } = scene.stack;
    await underLoad(scene, { records: RECORDS });
    await scene.strike(async () => {
      await temporal.kill('SIGSTOP');
      await sleep(STOPPED_MS);
      await temporal.kill('SIGCONT');
    });
  },
};

/** Four events until the first batch, six for each batch, and one if the memo has changed. */
const EVENTS_OF_TWO_BATCHES = 12;

const continued: FaultCase = {
  name: 'temporal/continue-as-new',
  fault: `the pipeline continues as new at every second batch or so, and its worker is killed ${TIMES} times`,
  temporalFlags: [
    '--dynamic-config-value',
    `limit.historyCount.suggestContinueAsNew=${EVENTS_OF_TWO_BATCHES}`,
  ],
  async run(scene) {
    const pipeline = await underLoad(scene, { records: RECORDS, input: { lanes: 1 } });
    for (let time = 0; time < TIMES; time++) {
      await someRows(scene, 1 + Math.floor(scene.random() * 5_000));
      await scene.strike(async () => {
        const worker = scene.workers.at(-1);
        worker?.kill('SIGKILL');
        await worker?.ended();
        await scene.startWorker();
      });
    }
    await scene.caughtUp();
    const { batches } = (await pipeline.status()).totals;
    const query = `WorkflowId = "${scene.workflowId}"`;
    let runs = 0;
    const isOften = async () => {
      runs = (await scene.client.workflow.count(query)).count;
      return runs >= batches / 3;
    };
    await waitUntil(isOften, { what: `${batches} batches are of many runs` });
    scene.notes.push(`${batches} batches in ${runs} runs`);
  },
};

export const TEMPORAL_SERVER: readonly FaultCase[] = [killed, stopped, continued];
