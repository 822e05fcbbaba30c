import { log } from '@temporalio/activity';
import { commitMetadata } from '../domain/pipeline/commit-metadata.js';
import type { GroupOffsets } from '../domain/ports.js';
import { currentExecution } from './execution.js';
import type { CommitInput } from './index.js';

/** Tells Kafka where a pipeline stands, outside of any batch. A refusal is logged: the cursor in the workflow is the truth. */
export async function commitOffsets(
  { topic, groupId, cursors }: CommitInput,
  { groups }: { readonly groups: GroupOffsets },
): Promise<void> {
  const offsets = cursors.map((cursor, partition) => ({ partition, offset: Number(cursor) }));
  const metadata = commitMetadata(currentExecution().workflowId, 0);
  const outcome = await groups.commit(groupId, topic, offsets, metadata);
  if (outcome.kind === 'refused') log.warn('Kafka refused a commit', { groupId, why: outcome.why });
}
