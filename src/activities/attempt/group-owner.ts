import { committedBy } from '../../domain/pipeline/commit-metadata.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';

/** Whether somebody else commits to the group. */
export interface Owner {
  readonly other: { readonly name: string; readonly partitions: readonly number[] } | null;
  /** Why the owner is unknown; null if it is known. */
  readonly unknown: string | null;
}

export const NO_OTHER: Owner = { other: null, unknown: null };

/**
 * Finds another running workflow that was the last to commit to some of these partitions. Rows don't depend on the group, so a
 * coordinator that does not answer stops nothing. But then nothing may be committed.
 */
export async function otherOwner(
  {
    groupId,
    topic,
    partitions: asked,
  }: { readonly groupId: string; readonly topic: string; readonly partitions: readonly number[] },
  workflowId: string,
  {
    groups,
    workflows,
  }: { readonly groups: GroupOffsets; readonly workflows: Pick<WorkflowLookUp, 'isRunning'> },
): Promise<Owner> {
  const committed = await groups.committedSoon(groupId, topic);
  if (committed.kind === 'unknown') return { other: null, unknown: committed.why };
  const mine = new Set(asked);
  const others = new Map<string, number[]>();
  for (const { partition, metadata } of committed.offsets) {
    const name = committedBy(metadata);
    if (!mine.has(partition) || name === null || name === workflowId) continue;
    others.set(name, [...(others.get(name) ?? []), partition]);
  }
  for (const [name, partitions] of others) {
    if (await workflows.isRunning(name)) return { other: { name, partitions }, unknown: null };
  }
  return NO_OTHER;
}
