import { kafkajsClient } from '../../support/kafka-topic.js';
import { waitUntil } from '../../support/wait-until.js';
import type { FaultCase } from '../fault-case.js';
import type { Scene } from '../scene.js';
import { BATCH, pausedAndIdle, someRows } from './under-load.js';

/** A worker with this much memory reads batches of up to 7/16 of it. */
const MEMORY_MIB = 64;
const RECORDS = 1_900;
/** 44 MiB in total, which gzip compresses to 1 MiB. */
const PADDING_BYTES = 24_000;

const oversized: FaultCase = {
  name: 'kafka/oversized-batch',
  fault: `a compressed batch expands to 44 MiB where the worker reads 28 MiB at once: held, while the other partition goes on; the first such batch is skipped, the second one is read by a worker with more memory`,
  async run(scene) {
    const { load, stack } = scene;
    await load.createTopic(2, { 'max.message.bytes': '16777216' });
    await load.produce(2_000);
    const worker = await scene.startWorker('direct', memory(MEMORY_MIB));
    const pipeline = await scene.startPipeline({ batch: BATCH });
    await someRows(scene);
    const producer = kafkajsClient(stack.addresses.kafka).producer({ retry: { retries: 0 } });
    await producer.connect();
    // One plan covers the records before the batch, the batch, and the records after it.
    const write = async () => {
      await pausedAndIdle(pipeline);
      await load.write(producer, { partition: 0, count: 50 });
      await load.write(producer, { partition: 0, count: RECORDS, paddingBytes: PADDING_BYTES });
      await load.write(producer, { partition: 0, count: 300 });
      await load.write(producer, { partition: 1, count: 300 });
      await pipeline.signal('resume');
    };

    await write();
    const [hold] = await pipeline.held('BatchTooLarge');
    await otherPartitionGoesOn(scene);
    const { first } = hold?.range ?? { first: '0' };
    const behind = String(Number(first) + RECORDS);
    if (hold?.firstAvailable !== behind || !hold.detail.includes('MILLRACE_MEMORY_MIB')) {
      throw new Error(`the hold says "${hold?.detail}", and ${behind} is behind the batch`);
    }
    await scene.strike(() =>
      pipeline.resolveHold({ partition: 0, action: 'skipTo', offset: behind }),
    );
    await scene.caughtUp();

    await write();
    await pipeline.held('BatchTooLarge');
    await otherPartitionGoesOn(scene);
    worker.kill('SIGTERM');
    await worker.ended();
    await scene.startWorker('direct', memory(2 * MEMORY_MIB));
    await scene.strike(() => pipeline.resolveHold({ partition: 0, action: 'retry' }));
    await producer.disconnect();
  },
};

const memory = (mebibytes: number) => ({ MILLRACE_MEMORY_MIB: String(mebibytes) });

/** Records of partition 1 become rows although partition 0 is held. */
async function otherPartitionGoesOn({ load, stack, sql, table }: Scene): Promise<void> {
  const rows = async () => {
    const [found] = await sql<{ n: string }>(
      `SELECT toString(count()) AS n FROM ${table} WHERE _partition = 1`,
    );
    return Number(found?.n);
  };
  const producer = kafkajsClient(stack.addresses.kafka).producer({ retry: { retries: 0 } });
  await producer.connect();
  const before = await rows();
  await load.write(producer, { partition: 1, count: 100 });
  await producer.disconnect();
  await waitUntil(async () => (await rows()) >= before + 100, {
    timeoutMs: 60_000,
    what: 'the other partition goes on',
  });
}

export const KAFKA_BATCHES: readonly FaultCase[] = [oversized];
