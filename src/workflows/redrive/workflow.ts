import { retry, withItsCause } from '../shared/retry.js';
import {
  ApplicationFailure,
  continueAsNew,
  proxyActivities,
  workflowInfo,
} from '@temporalio/workflow';
import type { RedriveInput, RedriveReport } from '../../domain/redrive/public-types.js';
import { parseRedriveInput } from '../../domain/redrive/input.js';
import { firstRedriveState, foldWindow, type RedriveState } from '../../domain/redrive/state.js';
import { createRedriveRun, end, type RedriveRun, reportOf, update } from './run.js';
import { takeTurn } from './lock.js';
import type { Activities } from '../../activities/index.js';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import type {
  FindLetters,
  PlannedWindow,
  RedriveLetters,
  RedriveOutcome,
} from '../../domain/redrive/plan.js';
import { readableNumber } from '../../domain/readable-units.js';

const looking = {
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '10 seconds',
  retry,
} as const;

const { resolveRedrive } = proxyActivities<Activities>(looking);

const { findLetters } = proxyActivities<Activities>(looking);

const { redriveLetters } = proxyActivities<Activities>({
  // If a table refuses every row of a window, each row is sent alone.
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  retry,
});

/**
 * Judges open dead letters again. Those that are valid events today become rows with their original lineage, and are closed.
 * With action `drop`, closes them as dropped instead. The second argument is state that an earlier run carried over, never a
 * user's input.
 */
export async function redrive(
  input?: RedriveInput,
  carried?: RedriveState,
): Promise<RedriveReport> {
  const run = createRedriveRun(carried);
  let isContinuing: boolean;
  try {
    const state = carried ?? (await resolve(run, input));
    isContinuing = state.plan.dryRun
      ? await goThroughAll(run, state)
      : await inTurn(run, state, () => goThroughAll(run, state));
  } catch (error) {
    throw withItsCause(error);
  }
  if (isContinuing && run.state !== null) return continueAsNew<typeof redrive>(input, run.state);
  end(run);
  return reportOf(run);
}

async function resolve(run: RedriveRun, input: unknown): Promise<RedriveState> {
  const parsed = parseRedriveInput(input);
  if (parsed.kind === 'invalid') throw ApplicationFailure.nonRetryable(parsed.why, 'InvalidInput');
  const state = firstRedriveState(await resolveRedrive(parsed.value));
  update(run, state);
  return state;
}

/** One redrive at a time changes the dead letters of a table: two at once would split the same records into different blocks. */
async function inTurn(
  run: RedriveRun,
  { plan }: RedriveState,
  work: () => Promise<boolean>,
): Promise<boolean> {
  const turn = await takeTurn(run, plan);
  if (turn === null) return !run.isStopped;
  try {
    return await work();
  } finally {
    await turn.end();
  }
}

/** Works through the windows up to the last dead letter. True if the history became too long before that. */
async function goThroughAll(run: RedriveRun, first: RedriveState): Promise<boolean> {
  let state = first;
  while (!run.isStopped) {
    if (workflowInfo().continueAsNewSuggested) return true;
    const { plan, after, windows } = state;
    const window = await nextWindow({ plan, after, number: windows + 1 });
    if (window === null) return false;
    state = foldWindow(state, window, await goThrough({ plan, window }));
    update(run, state);
  }
  return false;
}

function nextWindow(input: FindLetters): Promise<PlannedWindow | null> {
  const summary = `the next dead letters, window ${input.number}`;
  return findLetters.executeWithOptions({ summary }, [input]);
}

function goThrough(input: RedriveLetters): Promise<RedriveOutcome> {
  const { plan, window } = input;
  const what = plan.dryRun ? `dry run of ${plan.action}` : plan.action;
  const from = window.after === null ? 'from the first one' : `after ${written(window.after)}`;
  const letters = readableNumber(window.letters);
  const summary = `${what}: ${letters} dead letters ${from} up to ${written(window.upTo)}`;
  return redriveLetters.executeWithOptions({ summary }, [input]);
}

function written({ epoch, partition, offset }: PlannedWindow['upTo']): string {
  return `p${partition} ${offset}${epoch > 0 ? ` (epoch ${epoch})` : ''}`;
}
