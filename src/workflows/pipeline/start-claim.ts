import { proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import type { StartClaim } from '../../domain/ports/workflows.js';
import { retry } from '../shared/retry.js';

const { awaitListed } = proxyActivities<Activities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
});

/**
 * Stands for an endless pipeline from its start until everybody can see that it runs: while this is open, no other workflow has
 * its id.
 */
export async function startClaim(claim: StartClaim): Promise<void> {
  while (!(await awaitListed(claim)) && !workflowInfo().continueAsNewSuggested);
}
