import type { BatchPlan, HeldRanges } from '../../domain/batch/plan.js';
import { isAnotherTopic } from '../../domain/log.js';
import { committedBy } from '../../domain/pipeline/commit-metadata.js';
import { withTopicId } from '../../domain/pipeline/guarantee.js';
import { anotherTopic } from '../../domain/pipeline/holds.js';
import { isSameTable, tableReplaced } from '../../domain/pipeline/table-identity.js';
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

/** Null: nothing stands against the batch. */
interface BatchCheck {
  readonly held: HeldRanges | null;
  /** Of the planned table, where the plan does not know it. */
  readonly replicatedId?: string | undefined;
}

/**
 * What must still be so before a batch touches anything: the topic and the table are those that the plan was made for,
 * and no other running pipeline commits to the group.
 */
export async function checkBatch(
  plan: BatchPlan,
  topic: TopicOffsets,
  workflowId: string,
  dependencies: CheckDependencies,
): Promise<BatchCheck> {
  const partitions = plan.ranges.map(({ partition }) => partition);
  if (isAnotherTopic(plan.topicId, topic.topicId)) {
    const detail = anotherTopic(topic.topicId, plan.topicId, 'the planned offsets');
    const { topicId: foundTopicId } = topic;
    const held = { partitions, detail, firstAvailable: '0', foundTopicId };
    return { held: { ...held, reason: 'TopicRewound' } };
  }
  const [other, found] = await Promise.all([
    plan.takeGroup ? null : otherOwner(plan, workflowId, dependencies),
    dependencies.tables.identify(plan.table, plan),
  ]);
  if (other !== null) {
    const detail = `Workflow ${other.name} runs and commits to group ${plan.groupId}: two pipelines would move each other's offsets. Stop one, or give one another group.`;
    const { partitions: theirs } = other;
    return { held: { partitions: theirs, reason: 'GroupOwnedElsewhere', detail } };
  }
  // A table that isn't there is no replaced one: the insert says so, until somebody makes it or brings it back.
  if (found === null) return { held: null };
  if (isSameTable(plan, found)) {
    const isNews = plan.replicatedId === undefined && plan.tableId === found.tableId;
    return { held: null, ...(isNews && { replicatedId: found.replicatedId }) };
  }
  const prepared = await dependencies.tables.prepare(plan.table, plan.wishes);
  const foundTarget = withTopicId(prepared.target, topic.topicId);
  const detail = tableReplaced(plan.table, plan, found);
  return { held: { partitions, reason: 'TableReplaced', detail, foundTarget } };
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
