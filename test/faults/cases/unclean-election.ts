import type { Hold } from '../../../src/domain/holds/hold.js';
import { untilInSync, untilLeads } from '../../support/kafka-own-cluster.js';
import { withAdmin } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Pipeline } from '../pipeline.js';
import type { Scene } from '../scene.js';
import { askVerify } from '../verify.js';
import { BATCH } from './under-load.js';

const PARTITIONS = 2;
/** Sizes of the batches of events. The log grows past the cursors again by the difference of the last two. */
const KEPT = 4_000;
const LOST_BY_KAFKA = 3_000;
const WRITTEN_AFTER = 5_000;

/** What the election of a leader without all records has done to each partition. */
interface Truncated {
  readonly partition: number;
  /** Where the log ended when the new leader took over: the first offset with a different record. */
  readonly end: number;
  readonly cursor: number;
}

/**
 * The followers are down while one broker alone acknowledges records, which the pipeline reads. Then this broker dies,
 * and a broker without these records becomes leader. Its log ends before the cursors, and grows past them before anyone
 * checks.
 */
async function loseTheEnd(
  scene: Scene,
  pipeline: Pipeline,
  leave: () => Promise<void>,
): Promise<readonly Truncated[]> {
  const { load, stack, topic } = scene;
  const [first, second] = stack.brokers;
  const { kafka } = stack.addresses;
  if (first === undefined || second === undefined) throw new Error('this needs two brokers');
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const each = (wait: (partition: number) => Promise<void>) => Promise.all(partitions.map(wait));

  await each((partition) => untilInSync(kafka, { topic, partition, count: 2 }));
  await second.kill('SIGKILL');
  await each((partition) => untilInSync(kafka, { topic, partition, count: 1 }));
  await load.produce(LOST_BY_KAFKA);
  await scene.caughtUp();
  await waitUntil(async () => (await pipeline.status()).lag === 0, { what: 'all is committed' });
  const cursors = (await pipeline.status()).partitions.map(({ cursor }) => Number(cursor));
  await leave();
  await first.kill('SIGKILL');
  await second.restart();
  await each((partition) => untilLeads(kafka, { topic, partition, leader: 2 }));
  const ends = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic));
  // These offsets get different records, distinguished from the earlier ones by their epoch.
  load.epoch = 1;
  await load.produce(WRITTEN_AFTER);
  return partitions.map((partition) => {
    const end = Number(ends.find((found) => found.partition === partition)?.offset);
    return { partition, end, cursor: cursors[partition] ?? 0 };
  });
}

async function begin(scene: Scene): Promise<Pipeline> {
  await scene.load.createAssignedTopic({
    replicas: Array.from({ length: PARTITIONS }, () => [1, 2]),
    config: { 'unclean.leader.election.enable': 'true', 'min.insync.replicas': '1' },
  });
  await scene.load.produce(KEPT);
  await scene.startWorker();
  return scene.startPipeline({ batch: BATCH });
}

/** Rows of records that Kafka lost are at the offsets of other records, each of which is lost until it is read. */
async function verifyFinds(scene: Scene, truncated: readonly Truncated[]): Promise<void> {
  const wrong = truncated.reduce((sum, { end, cursor }) => sum + cursor - end, 0);
  const report = await askVerify(scene, { until: 'committed' });
  const ranges = report.lostRanges.first.map(({ first, end }) => `${first}-${end}`).join();
  const expected = truncated.map(({ end, cursor }) => `${end}-${cursor}`).join();
  if (report.verdict === 'lost' && report.lost === wrong && ranges === expected) {
    scene.notes.push(
      `verify finds ${wrong} rows of records that Kafka lost, before anything is done`,
    );
    return;
  }
  throw new Error(
    `verify says ${report.verdict}, ${report.lost} lost in ${ranges}, instead of ${wrong} in ${expected}: ${report.notes.join(' ')}`,
  );
}

/** Every partition is held, and each hold names the first different offset, the cursor and the end of the log. */
async function heldExactly(
  scene: Scene,
  pipeline: Pipeline,
  truncated: readonly Truncated[],
): Promise<void> {
  const allHeld = async () => (await pipeline.held('TopicRewound')).length === PARTITIONS;
  await waitUntil(allHeld, { timeoutMs: 120_000, what: 'all partitions are held' });
  const ends = await withAdmin(scene.stack.addresses.kafka, (admin) =>
    admin.fetchTopicOffsets(scene.topic),
  );
  for (const { partition, end, cursor } of truncated) {
    const hold = (await pipeline.held('TopicRewound')).find((each) => each.partition === partition);
    const logEnd = ends.find((found) => found.partition === partition)?.offset;
    const said = [hold?.divergedAt, hold?.range.first, hold?.logEnd].join();
    const expected = [end, cursor, logEnd].join();
    if (said !== expected) throw new Error(`the hold says ${said} instead of ${expected}`);
  }
}

/** The first command of each hold on the details page, as printed. */
async function resolveAsPrinted({ handle }: Pipeline, holds: readonly Hold[]): Promise<void> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>(
    '__temporal_workflow_metadata',
  );
  for (const { partition } of holds) {
    const input = new RegExp(`--name resolveHold --input '(\\{"partition":${partition},[^']*)'`);
    const printed = input.exec(currentDetails)?.[1];
    if (printed === undefined) throw new Error(`no command for partition ${partition} is printed`);
    await handle.executeUpdate('resolveHold', { args: [JSON.parse(printed)] });
  }
}

async function resolved(scene: Scene, pipeline: Pipeline, truncated: readonly Truncated[]) {
  await heldExactly(scene, pipeline, truncated);
  const holds = await pipeline.held('TopicRewound');
  await scene.strike(() => resolveAsPrinted(pipeline, holds));
}

/** Kafka no longer has the records that it lost. */
const verifies: FaultCase['verifies'] = ({ records, lost, doubled, skipped }) => ({
  records: records - LOST_BY_KAFKA,
  lost,
  doubled,
  skipped,
});

const away: FaultCase = {
  name: 'clusters/unclean-election-away',
  fault:
    'unclean election while the worker is away: records that were read are gone from Kafka, others stand at their offsets, and the log is longer than before; TopicRewound is resolved by the printed command',
  brokers: 3,
  verifies,
  async run(scene) {
    const pipeline = await begin(scene);
    const worker = scene.workers[0];
    const truncated = await loseTheEnd(scene, pipeline, async () => worker?.stop());
    await scene.startWorker();
    await resolved(scene, pipeline, truncated);
  },
};

const stopped: FaultCase = {
  name: 'clusters/unclean-election-stopped',
  fault:
    'the same while the pipeline is stopped: verify finds the rows of records that Kafka lost; the pipeline, started from its committed offsets, holds and is resolved by the printed command',
  brokers: 3,
  verifies,
  async run(scene) {
    const before = await begin(scene);
    const truncated = await loseTheEnd(scene, before, async () => {
      await before.stop();
    });
    await verifyFinds(scene, truncated);
    const pipeline = await scene.startPipeline({ batch: BATCH });
    await resolved(scene, pipeline, truncated);
  },
};

export const UNCLEAN_ELECTION: readonly FaultCase[] = [away, stopped];
