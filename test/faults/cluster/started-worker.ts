import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import { seconds } from '../report/lines.js';
import type { Scene } from '../scene.js';
import { startWriters } from './partition-writers.js';
import { watchRows } from './row-watch.js';

/** Leaders move after a session of six seconds. */
const MOVED_MS = 15_000;
const MOVING_MAX_MS = 10_000;

interface StartedWhile {
  /** The number of partitions of the topic. */
  readonly partitions: number;
  /** Ids of brokers that are down. */
  readonly brokers: readonly number[];
  readonly breakIt: () => Promise<void>;
}

/**
 * Stops the worker, breaks something that affects its addresses, starts another worker with the same addresses, and fails
 * if that one needs ten seconds more to insert rows of every partition than one that starts before the fault.
 */
export async function startedIsMoving(
  scene: Scene,
  { partitions: count, brokers, breakIt }: StartedWhile,
): Promise<void> {
  const partitions = Array.from({ length: count }, (_, partition) => partition);
  const writers = startWriters(scene, { brokers, affected: partitions });
  const { gaps, end } = watchRows(scene);
  partitions.forEach(gaps.begin);
  partitions.forEach(writers.add);
  const untilMoving = async () => {
    const before = partitions.map(gaps.arrivals);
    const isMoving = () => partitions.every((each) => gaps.arrivals(each) > (before[each] ?? 0));
    await waitUntil(isMoving, { what: 'rows of every partition come' });
  };
  const changeWorkers = async (between: () => Promise<void>) => {
    await Promise.all(
      scene.workers.filter(({ isRunning }) => isRunning()).map(({ stop }) => stop()),
    );
    await between();
    await scene.startWorker();
    const readyMs = performance.now();
    await untilMoving();
    return performance.now() - readyMs;
  };
  try {
    await untilMoving();
    const beforeMs = await changeWorkers(() => Promise.resolve());
    const tookMs = await changeWorkers(async () => {
      await breakIt();
      await sleep(MOVED_MS);
    });
    scene.notes.push(
      `rows of every partition ${seconds(tookMs)} after the worker was ready, ${seconds(beforeMs)} before the fault`,
    );
    if (tookMs > MOVING_MAX_MS + beforeMs)
      throw new Error(`the worker was moving only after ${seconds(tookMs)}`);
  } finally {
    // The fault would keep the producers waiting.
    await scene.stack.calm();
    await end();
    await writers.end();
  }
}
