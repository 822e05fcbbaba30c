import type { BatchPlan, HeldRanges } from '../../domain/batch/plan.js';
import { isAnotherTopic } from '../../domain/log.js';
import { committedBy } from '../../domain/pipeline/commit-metadata.js';
import { withTopicId } from '../../domain/pipeline/guarantee.js';
import { anotherTopic } from '../../domain/pipeline/holds.js';
import { writtenName } from '../../domain/pipeline/table-name.js';
import type {
  GroupOffsets,
  TableDirectory,
  TopicOffsets,
  WorkflowLookUp,
} from '../../domain/ports.js';

export interface CheckDependencies {
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly workflows: WorkflowLookUp;
}

/**
 * What must still be so before a batch touches anything: the topic and the table are those that the plan was made for,
 * and no other running pipeline commits to the group. Null: nothing stands against it.
 */
export async function heldBack(
  plan: BatchPlan,
  topic: TopicOffsets,
  workflowId: string,
  dependencies: CheckDependencies,
): Promise<HeldRanges | null> {
  const partitions = plan.ranges.map(({ partition }) => partition);
  if (isAnotherTopic(plan.topicId, topic.topicId)) {
    const detail = anotherTopic(topic.topicId, plan.topicId, 'the planned offsets');
    return {
      partitions,
      reason: 'TopicRewound',
      detail,
      firstAvailable: '0',
      foundTopicId: topic.topicId,
    };
  }
  const [other, tableId] = await Promise.all([
    plan.takeGroup ? null : otherOwner(plan, workflowId, dependencies),
    dependencies.tables.identify(plan.table),
  ]);
  if (other !== null) {
    const detail = `Workflow ${other.name} runs and commits to group ${plan.groupId}: two pipelines would move each other's offsets. Stop one, or give one another group.`;
    return { partitions: other.partitions, reason: 'GroupOwnedElsewhere', detail };
  }
  // A table that isn't there is no replaced one: the insert says so, until somebody makes it or brings it back.
  if (tableId === null || tableId === plan.tableId) return null;
  const prepared = await dependencies.tables.prepare(plan.table, plan.wishes);
  const target = withTopicId(prepared.target, topic.topicId);
  const detail = `Table ${writtenName(plan.table)} was made again, or the server is another one (id ${tableId}, before ${plan.tableId}): rows written before are not in it.`;
  return { partitions, reason: 'TableReplaced', detail, foundTarget: target };
}

/** Another workflow that committed last to some of these partitions, if it still runs. */
async function otherOwner(
  { groupId, topic, ranges }: BatchPlan,
  workflowId: string,
  { groups, workflows }: CheckDependencies,
): Promise<{ readonly name: string; readonly partitions: readonly number[] } | null> {
  const mine = new Set(ranges.map(({ partition }) => partition));
  const others = new Map<string, number[]>();
  for (const { partition, metadata } of await groups.committed(groupId, topic)) {
    const name = committedBy(metadata);
    if (!mine.has(partition) || name === null || name === workflowId) continue;
    others.set(name, [...(others.get(name) ?? []), partition]);
  }
  for (const [name, partitions] of others) {
    if (await workflows.isRunning(name)) return { name, partitions };
  }
  return null;
}
