import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import { isAnotherTopic } from '../../domain/log/log.js';
import { groupOwnedBy } from '../../domain/holds/group-owned-elsewhere.js';
import { anotherTopic } from '../../domain/holds/topic-rewound.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { AvailableOffsets } from '../../domain/log/topic-offsets.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { NO_OTHER, otherOwner } from '../attempt/group-owner.js';
import { checkTable, type TableCheck } from './table-check.js';

export interface CheckDependencies {
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly workflows: WorkflowLookUp;
}

export interface BatchCheck extends TableCheck {
  /** Why this batch commits nothing: it is unknown whether another pipeline uses the group. Null if it commits. */
  readonly mayNotCommit: string | null;
}

/**
 * Checks the preconditions of a batch: the topic and the table are still those that the plan was made for, and no other
 * running pipeline commits to the group.
 */
export async function checkBatch(
  plan: BatchPlan,
  topic: Pick<AvailableOffsets, 'topicId'>,
  workflowId: string,
  dependencies: CheckDependencies,
): Promise<BatchCheck> {
  const partitions = plan.ranges.map(({ partition }) => partition);
  if (isAnotherTopic(plan.topicId, topic.topicId)) {
    const detail = anotherTopic(topic.topicId, plan.topicId, 'the planned offsets');
    const { topicId: foundTopicId } = topic;
    const held = { partitions, detail, firstAvailable: '0', foundTopicId };
    return { held: { ...held, reason: 'TopicRewound' }, mayNotCommit: null };
  }
  const [{ other, unknown: mayNotCommit }, table] = await Promise.all([
    plan.takeGroup ? NO_OTHER : otherOwner({ ...plan, partitions }, workflowId, dependencies),
    checkTable(plan, dependencies.tables),
  ]);
  if (other !== null) {
    const detail = groupOwnedBy(other.name, plan.groupId);
    const { partitions: theirs } = other;
    return { held: { partitions: theirs, reason: 'GroupOwnedElsewhere', detail }, mayNotCommit };
  }
  return { ...table, mayNotCommit };
}
