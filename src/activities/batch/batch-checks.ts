import type { BatchPlan } from '../../domain/batch/plan.js';
import { isAnotherTopic } from '../../domain/log.js';
import { committedBy } from '../../domain/pipeline/commit-metadata.js';
import { anotherTopic } from '../../domain/pipeline/holds.js';
import type {
  AvailableOffsets,
  GroupOffsets,
  TableDirectory,
  WorkflowLookUp,
} from '../../domain/ports.js';
import { checkTable, type TableCheck } from './table-check.js';

export interface CheckDependencies {
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly workflows: WorkflowLookUp;
}

/**
 * What must still be so before a batch touches anything: the topic and the table are those that the plan was made for,
 * and no other running pipeline commits to the group.
 */
export async function checkBatch(
  plan: BatchPlan,
  topic: Pick<AvailableOffsets, 'topicId'>,
  workflowId: string,
  dependencies: CheckDependencies,
): Promise<TableCheck> {
  const partitions = plan.ranges.map(({ partition }) => partition);
  if (isAnotherTopic(plan.topicId, topic.topicId)) {
    const detail = anotherTopic(topic.topicId, plan.topicId, 'the planned offsets');
    const { topicId: foundTopicId } = topic;
    const held = { partitions, detail, firstAvailable: '0', foundTopicId };
    return { held: { ...held, reason: 'TopicRewound' } };
  }
  const [other, table] = await Promise.all([
    plan.takeGroup ? null : otherOwner(plan, workflowId, dependencies),
    checkTable(plan, dependencies.tables),
  ]);
  if (other !== null) {
    const detail = `Workflow ${other.name} runs and commits to group ${plan.groupId}: two pipelines would move each other's offsets. Stop one, or give one another group.`;
    const { partitions: theirs } = other;
    return { held: { partitions: theirs, reason: 'GroupOwnedElsewhere', detail } };
  }
  return table;
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
