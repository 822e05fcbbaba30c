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
 * Stands in for an endless pipeline from its start until visibility lists it. While this workflow is open, no other one can have
 * its id.
 */
export async function startClaim(claim: StartClaim): Promise<void> {
  while (!(await awaitListed(claim)) && !workflowInfo().continueAsNewSuggested);
}
