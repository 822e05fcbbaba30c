import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../support/wait-until.js';
import { BATCH, someRows } from '../cases/under-load.js';
import type { Pipeline } from '../pipeline.js';
import { seconds } from '../report/lines.js';
import type { Scene } from '../scene.js';
import type { Gaps } from './gaps.js';
import { startBesideConsumer } from './kafka-consumer.js';
import { type PartitionWriters, startWriters } from './partition-writers.js';
import { watchRows } from './row-watch.js';
import { judgeStalls } from './stall-verdict.js';

/** Long enough to show how the machine delays rows while everything works. */
const BEFORE_MS = 8_000;

export interface TrialTopic {
  /** Broker ids of each partition, the preferred leader first. */
  readonly replicas: readonly (readonly number[])[];
  readonly minInSync?: number;
}

/** A topic with records, a worker, and a pipeline that has moved them. */
export async function beginTrial(
  scene: Scene,
  { replicas, minInSync = 1 }: TrialTopic,
): Promise<Pipeline> {
  const config = { 'min.insync.replicas': String(minInSync) };
  await scene.load.createAssignedTopic({ replicas, config });
  await scene.load.produce(3_000);
  await scene.startWorker();
  const pipeline = await scene.startPipeline({ batch: BATCH });
  await someRows(scene);
  await scene.caughtUp();
  return pipeline;
}

/** For partitions that are added later. */
export interface Running {
  readonly writers: PartitionWriters;
  readonly rows: Gaps;
}

export interface MeasuredFault {
  /** The number of partitions of the topic. */
  readonly partitions: number;
  /** Ids of brokers that the fault takes down. The test's own producers do not rely on them. */
  readonly brokers?: readonly number[];
  /** The affected partitions. All unless given. */
  readonly affected?: readonly number[];
  /** Causes a fault and repairs it. Records are written to every partition all the time. */
  readonly fault: (running: Running) => Promise<void>;
}

/**
 * Causes the fault while records are written to every partition and Kafka's own consumer reads beside the pipeline. Waits
 * until all partitions move again, and fails if one of them was stalled for too long.
 */
export async function measureFault(scene: Scene, measured: MeasuredFault): Promise<void> {
  const partitions = Array.from({ length: measured.partitions }, (_, partition) => partition);
  const { affected = partitions } = measured;
  const writers = startWriters(scene, { brokers: measured.brokers, affected });
  const rows = watchRows(scene);
  const consumer = await startBesideConsumer(scene.stack.addresses.kafka, scene.topic);
  const witnesses = [rows.gaps, consumer.gaps, writers.gaps];
  for (const gaps of [rows.gaps, consumer.gaps]) partitions.forEach(gaps.begin);
  partitions.forEach(writers.add);
  try {
    await untilMoving(witnesses, partitions);
    for (const gaps of witnesses) gaps.takeLongest();
    await sleep(BEFORE_MS);
    const [before] = witnesses.map((gaps) => gaps.takeLongest());
    await scene.strike(() => measured.fault({ writers, rows: rows.gaps }));
    await untilMoving(witnesses, partitions);
    const [longestRows, consumed, acknowledged] = witnesses.map((gaps) => gaps.takeLongest());
    const none = new Map<number, number>();
    const { report, problems } = judgeStalls({
      before: before ?? none,
      rows: longestRows ?? none,
      consumer: consumed ?? none,
      producer: acknowledged ?? none,
      affected,
    });
    scene.stalls.push(report);
    scene.notes.push(
      `longest time without anything new by partition: ${tell(partitions, [longestRows, consumed, acknowledged])}; rows before the fault ${seconds(report.beforeMs)}`,
    );
    if (problems.length > 0) throw new Error(problems.join('; '));
  } catch (error) {
    // The fault would keep the producers waiting.
    await scene.stack.calm();
    throw error;
  } finally {
    await consumer.stop();
    await writers.end();
    await rows.end();
  }
}

/** Every witness has seen something in every partition since this call. */
async function untilMoving(
  witnesses: readonly Gaps[],
  partitions: readonly number[],
): Promise<void> {
  const pairs = witnesses.flatMap((gaps) => partitions.map((partition) => ({ gaps, partition })));
  const seen = pairs.map(({ gaps, partition }) => gaps.arrivals(partition));
  const isMoving = () =>
    pairs.every(({ gaps, partition }, at) => gaps.arrivals(partition) > (seen[at] ?? 0));
  await waitUntil(isMoving, { what: 'rows, consumer and producer move in every partition' });
}

function tell(
  partitions: readonly number[],
  witnesses: readonly (ReadonlyMap<number, number> | undefined)[],
): string {
  return partitions
    .map((partition) => {
      const [rows, consumer, producer] = witnesses.map((each) =>
        seconds(each?.get(partition) ?? 0),
      );
      return `${partition}: rows ${rows}, Kafka's consumer ${consumer}, producer ${producer}`;
    })
    .join('; ');
}
