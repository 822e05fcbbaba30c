import type { AwaitInput, AwaitResult } from '../../src/domain/pipeline/await-records.js';
import type { BatchPlan } from '../../src/domain/pipeline/batch-plan.js';
import { type OfflineWorkflow, startOffline } from './offline-workflow.js';
import { aResolution, NOW_MS } from './pipeline-builders.js';

export async function started(
  ends: readonly number[],
  changes: Parameters<typeof aResolution>[1] = {},
): Promise<OfflineWorkflow> {
  const workflow = await startOffline('pipeline', [{}]);
  await workflow.answer('resolvePipeline', () => aResolution(ends, changes));
  return workflow;
}

export const plansOf = (workflow: OfflineWorkflow) =>
  workflow.pending.flatMap(({ type, args }) =>
    type === 'ingestBatch'
      ? (args[0] as BatchPlan).ranges.map(
          ({ partition, first, end }) => `p${partition} ${first}-${end}`,
        )
      : [type],
  );

export const seen =
  (ends: readonly number[], why: AwaitResult['why'] = 'interval') =>
  (input: AwaitInput): AwaitResult => ({
    lookedAtMs: NOW_MS,
    topicId: 'topic-1',
    partitionCount: ends.length,
    ends: input.partitions.map((partition) => String(ends[partition])),
    logStarts: input.partitions.map(() => '0'),
    until: null,
    why,
  });

export const typesOf = (workflow: OfflineWorkflow) => workflow.pending.map(({ type }) => type);
