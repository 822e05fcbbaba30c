import { waitUntil } from '../../support/wait-until.js';
import type { Pipeline } from '../pipeline.js';
import type { PartitionStatus } from '../../../src/domain/pipeline/pipeline-status.js';

/** Waits until `status` shows that a partition waits for this. */
export async function untilTold(
  pipeline: Pipeline,
  partition: number,
  isIt: (told: PartitionStatus['unavailable']) => boolean,
): Promise<void> {
  const told = async () => (await pipeline.status()).partitions[partition]?.unavailable;
  await waitUntil(async () => isIt(await told()), {
    what: `the status tells what partition ${partition} waits for`,
  });
}
