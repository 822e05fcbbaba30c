import {
  ActivityFailure,
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { VERIFY_PARTITIONS_AT_ONCE } from '../../domain/limits.js';
import type { VerifyInput, VerifyReport } from '../../domain/verify/public-types.js';
import { parseVerifyInput } from '../../domain/verify/input.js';
import {
  firstVerifyState,
  foldSlice,
  isCompared,
  nextSlice,
  type VerifyState,
} from '../../domain/verify/state.js';
import { compareOffsets, resolveVerify } from './activities.js';
import { createVerifyRun, reportOf, show, type VerifyRun } from './run.js';

/**
 * Holds the records of a topic against the rows and dead letters of its table, and names those that are lost and those
 * that are doubled. Changes nothing. The second argument is state that an earlier run carried over, never a user's input.
 */
export async function verify(input?: VerifyInput, carried?: VerifyState): Promise<VerifyReport> {
  const run = createVerifyRun(carried);
  try {
    await run.scope.run(() => compare(run, input));
  } catch (error) {
    if (!(run.isStopped && isCancellation(error))) throw withItsCause(error);
  }
  if (!run.isStopped && !isCompared(stateOf(run))) {
    return continueAsNew<typeof verify>(input, stateOf(run));
  }
  run.isEnded = true;
  show(run);
  return reportOf(run);
}

async function compare(run: VerifyRun, input: unknown): Promise<void> {
  if (run.state === null) {
    const parsed = parseVerifyInput(input);
    if (parsed.kind === 'invalid') {
      throw ApplicationFailure.nonRetryable(parsed.why, 'InvalidInput');
    }
    run.state = firstVerifyState(await resolveVerify(parsed.value));
  }
  show(run);
  let taken = 0;
  const takePartition = () => taken++;
  const lanes = Array.from({ length: VERIFY_PARTITIONS_AT_ONCE }, () =>
    comparePartitions(run, takePartition),
  );
  await Promise.all(lanes);
}

/** One partition after another, until all are taken or the history is long enough. */
async function comparePartitions(run: VerifyRun, takePartition: () => number): Promise<void> {
  const { length } = stateOf(run).plan.partitions;
  for (let place = takePartition(); place < length; place = takePartition()) {
    for (;;) {
      const slice = nextSlice(stateOf(run), place);
      if (slice === null) break;
      if (workflowInfo().continueAsNewSuggested) return;
      const compared = await compareOffsets(slice);
      run.state = foldSlice(stateOf(run), place, compared);
      show(run);
    }
  }
}

function stateOf(run: VerifyRun): VerifyState {
  if (run.state === null) throw new Error('Offsets are compared before it is known which');
  return run.state;
}

/** The run fails with the reason itself, not with "activity task failed". */
function withItsCause(error: unknown): unknown {
  if (!(error instanceof ActivityFailure)) return error;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure)) return error;
  return ApplicationFailure.nonRetryable(cause.message, cause.type);
}
