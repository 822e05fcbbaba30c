import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { serverEnvironment } from '../../../dev/stack/environment.js';
import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { someRows, underLoad } from './under-load.js';

const TIMES = 3;
const RECORDS = 20_000;

const terminated: FaultCase = {
  name: 'temporal/terminated',
  fault: `\`temporal workflow terminate\` under load, and a start with another batch size, ${TIMES} times`,
  async run(scene) {
    let pipeline = await underLoad(scene, { records: RECORDS, badPermille: 5 });
    for (let time = 0; time < TIMES; time++) {
      await someRows(scene, 1 + Math.floor(scene.random() * 2_000));
      await scene.strike(async () => {
        await pipeline.handle.terminate('the case wants it');
        const maxRows = 200 + Math.floor(scene.random() * 400);
        pipeline = await scene.startPipeline({ batch: { maxRows } });
      });
    }
  },
};

const reset: FaultCase = {
  name: 'temporal/reset',
  fault: `\`temporal workflow reset\` to an earlier event, chosen at random, under load, ${TIMES} times`,
  async run(scene) {
    const pipeline = await underLoad(scene, { records: RECORDS, badPermille: 5 });
    for (let time = 0; time < TIMES; time++) {
      await someRows(scene, 1 + Math.floor(scene.random() * 2_000));
      await scene.strike(() => resetSomewhere(scene, pipeline));
    }
  },
};

/** With the tool that operators use. */
async function resetSomewhere(scene: Scene, { workflowId, handle }: Pipeline): Promise<void> {
  const { events } = await handle.fetchHistory();
  const points = (events ?? []).flatMap(({ eventId, workflowTaskCompletedEventAttributes }) =>
    workflowTaskCompletedEventAttributes ? [String(eventId)] : [],
  );
  const point = points[Math.floor(scene.random() * points.length)];
  if (point === undefined) throw new Error('the history has no event to go back to');
  const { temporalProgram, addresses } = scene.stack;
  await promisify(execFile)(
    temporalProgram,
    [
      ...['workflow', 'reset', '--workflow-id', workflowId, '--event-id', point],
      ...['--reason', 'the case wants it', '--address', addresses.temporal],
      ...['--disable-config-file', '--disable-config-env'],
    ],
    { env: serverEnvironment() },
  );
}

export const TEMPORAL_RUNS: readonly FaultCase[] = [terminated, reset];
