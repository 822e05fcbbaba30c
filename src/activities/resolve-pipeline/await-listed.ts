import { Context } from '@temporalio/activity';
import { type Flow, isSameFlow } from '../../domain/pipeline/side-by-side.js';
import { parseTableName } from '../../domain/table/table-name.js';
import type { StartClaim, WorkflowLookUp } from '../../domain/ports/workflows.js';
import { beating } from '../attempt/heartbeat.js';

const POLL_MS = 500;

/** The activity returns after this long, so that the history of a claim that waits for long shows it. */
const ROUND_MS = 5 * 60_000;

/** The claim outlives an ended run by this long, because visibility may not list a run that followed it yet. */
const FOLLOWED_MS = 60_000;

/**
 * Waits until visibility lists the pipeline whose start is claimed, or the pipeline has ended. False if neither happens within
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
