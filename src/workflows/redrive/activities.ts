import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import type {
  FindLetters,
  PlannedWindow,
  RedriveLetters,
  RedriveOutcome,
} from '../../domain/redrive/plan.js';
import { retry } from '../pipeline/activities.js';

const looking = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
} as const;

export const { resolveRedrive } = proxyActivities<Activities>(looking);

const { findLetters } = proxyActivities<Activities>(looking);

const { redriveLetters } = proxyActivities<Activities>({
  // A table that refuses every row of a window is asked for each of them.
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry,
});

export function nextWindow(input: FindLetters): Promise<PlannedWindow | null> {
  const summary = `the next dead letters, window ${input.number}`;
  return findLetters.executeWithOptions({ summary }, [input]);
}

export function goThrough(input: RedriveLetters): Promise<RedriveOutcome> {
  const { plan, window } = input;
  const what = plan.dryRun ? `dry run of ${plan.action}` : plan.action;
  const from = window.after === null ? 'from the first' : `behind ${written(window.after)}`;
  const letters = window.letters.toLocaleString('en-US');
  const summary = `${what}: ${letters} letters ${from} up to ${written(window.upTo)}`;
  return redriveLetters.executeWithOptions({ summary }, [input]);
}

function written({ epoch, partition, offset }: PlannedWindow['upTo']): string {
  return `p${partition} ${offset}${epoch > 0 ? ` (epoch ${epoch})` : ''}`;
}
