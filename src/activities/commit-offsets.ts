import { log } from '@temporalio/activity';
import type { BatchPlan } from '../domain/pipeline/batch-plan.js';
import { COMMIT_TIMEOUT_MS } from '../domain/limits.js';
import { commitMetadata } from '../domain/pipeline/commit-metadata.js';
import type { GroupOffsets, OffsetToCommit } from '../domain/log/group-offsets.js';
import { offsetsLag } from '../domain/planning/uncommitted.js';
import { groupOwnedBy } from '../domain/holds/group-owned-elsewhere.js';
import type { WorkflowLookUp } from '../domain/ports/workflows.js';
import { otherOwner } from './attempt/group-owner.js';
import { beating } from './attempt/heartbeat.js';
import { currentExecution } from './attempt/execution.js';
import type { CommitInput } from './index.js';

/**
 * Commits the position of a pipeline outside of any batch. Resolves with the reason if Kafka refused, else with null. A refusal
 * is no failure, because the cursor in the workflow is the source of truth.
 */
export async function commitOffsets(
  {
    topic,
    groupId,
    cursors,
    leaderEpochs,
    only,
    topicId = '',
    log: decision,
    ...rest
  }: CommitInput,
  dependencies: {
    readonly groups: GroupOffsets;
    readonly workflows: Pick<WorkflowLookUp, 'isRunning'>;
  },
): Promise<string | null> {
  const { groups } = dependencies;
  const offsets = cursors
    .map((cursor, partition) => {
      return { partition, offset: Number(cursor), leaderEpoch: leaderEpochs?.[partition] };
    })
    .filter(({ partition }) => only?.includes(partition) ?? true);
  const { workflowId } = currentExecution();
  if (rest.unlessOwned) {
    const partitions = offsets.map(({ partition }) => partition);
    const asked = { groupId, topic, partitions };
    const { other, unknown } = await beating(() => otherOwner(asked, workflowId, dependencies));
    if (other !== null) return offsetsLag(groupId, groupOwnedBy(other.name, groupId));
    if (unknown !== null && rest.isOptional) return offsetsLag(groupId, unknown);
    if (unknown !== null) throw new Error(offsetsLag(groupId, unknown));
  }
  if (rest.isOptional) {
    return beating(() =>
      commitBatch({ topic, topicId, log: decision, groupId, batch: 0 }, offsets, groups),
    );
  }
  const metadata = commitMetadata({ workflowId, batch: 0, topicId, log: decision });
  const outcome = await beating(() => groups.commit(groupId, topic, offsets, metadata));
  if (outcome.kind === 'committed') return null;
  log.warn('Kafka refused a commit', { groupId, why: outcome.why });
  return offsetsLag(groupId, outcome.why);
}

/** Commits what a batch has done. A failure is a warning, after `COMMIT_TIMEOUT_MS` at most: the next batch commits again. */
export async function commitBatch(
  plan: Pick<BatchPlan, 'topic' | 'topicId' | 'log' | 'groupId' | 'batch'>,
  offsets: readonly OffsetToCommit[],
  groups: GroupOffsets,
): Promise<string | null> {
  if (offsets.length === 0) return null;
  const { batch, topicId, log: decision } = plan;
  const { workflowId } = currentExecution();
  const metadata = commitMetadata({ workflowId, batch, topicId, log: decision });
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort(new Error(`no answer within ${COMMIT_TIMEOUT_MS} ms`));
  }, COMMIT_TIMEOUT_MS);
  try {
    const { signal } = late;
    const outcome = await groups.commit(plan.groupId, plan.topic, offsets, metadata, signal);
    return outcome.kind === 'committed' ? null : offsetsLag(plan.groupId, outcome.why);
  } catch (error) {
    return offsetsLag(plan.groupId, error instanceof Error ? error.message : 'unknown error');
  } finally {
    clearTimeout(timer);
  }
}
