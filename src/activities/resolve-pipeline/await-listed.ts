import { Context } from '@temporalio/activity';
import { type Flow, isSameFlow } from '../../domain/pipeline/side-by-side.js';
import { parseTableName } from '../../domain/table/table-name.js';
import type { StartClaim, WorkflowLookUp } from '../../domain/ports/workflows.js';
import { beating } from '../attempt/heartbeat.js';

const POLL_MS = 500;

/** Returns then, so that a history shows a claim that waits long. */
const ROUND_MS = 5 * 60_000;

/** A run that ended is forgotten after this: visibility may still have to learn of one that followed it. */
const FOLLOWED_MS = 60_000;

/**
 * Waits until visibility shows the pipeline whose start is claimed, or the pipeline has ended. False where neither is so after
 * some minutes.
 */
export function awaitListed(
  claim: StartClaim,
  { workflows }: { readonly workflows: WorkflowLookUp },
): Promise<boolean> {
  const giveUpMs = Date.now() + ROUND_MS;
  return beating(async () => {
    while (Date.now() < giveUpMs) {
      if (await isListed(claim, workflows)) return true;
      const endedMs = await workflows.endedMs(claim);
      if (endedMs !== null && Date.now() - endedMs > FOLLOWED_MS) return true;
      await Context.current().sleep(POLL_MS);
    }
    return false;
  });
}

async function isListed(claim: StartClaim, workflows: WorkflowLookUp): Promise<boolean> {
  const flow = flowOf(claim);
  const listed = await workflows.listedPipelines();
  return listed.some(
    (each) => each.workflowId === claim.workflowId && isSameFlow(each, flow, flow.table),
  );
}

function flowOf({ taskQueue, topic, topicId = '', ...rest }: StartClaim): Flow {
  const { table, database = '', tableId = '' } = rest;
  const name = parseTableName(table, database) ?? { database, table };
  return { taskQueue, topic, topicId, table: name, tableId };
}
