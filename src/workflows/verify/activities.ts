import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../../activities/index.js';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import type { SliceProgress, VerifySlice } from '../../domain/verify/plan.js';
import { retry } from '../pipeline/activities.js';

/** Nothing is changed: nobody needs to know how an activity that is given up ends. */
const reading = {
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  cancellationType: 'TRY_CANCEL',
  retry,
} as const;

export const { resolveVerify } = proxyActivities<Activities>({
  ...reading,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '10 minutes',
});

const { verifySlice } = proxyActivities<Activities>({
  ...reading,
  startToCloseTimeout: '1 hour',
});

export function compareOffsets(slice: VerifySlice): Promise<SliceProgress> {
  const { partition, first, end } = slice.range;
  const summary = `p${partition}: ${number(first)}-${number(end)}`;
  return verifySlice.executeWithOptions({ summary }, [slice]);
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
