import { waitUntil } from '../../support/wait-until.js';
import type { Pipeline } from '../pipeline.js';

/** Waits until a running batch has failed with this error of ClickHouse, as Temporal shows it. */
export async function untilRefused({ handle }: Pipeline, code: number): Promise<void> {
  const isRefused = async () => {
    const { raw } = await handle.describe();
    return (raw.pendingActivities ?? []).some(
      ({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === `ClickHouse ${code}`,
    );
  };
  await waitUntil(isRefused, { what: `a batch has failed with ${code}` });
}
