import { retry, withItsCause } from '../shared/retry.js';
import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { HEARTBEAT_TIMEOUT_MS, VERIFY_PARTITIONS_AT_ONCE } from '../../domain/limits.js';
import type { VerifyInput, VerifyReport } from '../../domain/verify/public-types.js';
import { parseVerifyInput } from '../../domain/verify/input.js';
import {
  firstVerifyState,
  foldSlice,
  isCompared,
  nextSlice,
  type VerifyState,
} from '../../domain/verify/state.js';
import { parseStopInput } from '../../domain/pipeline/input.js';
import { verifyPage } from '../../domain/verify/details-page.js';
import { startingReport, verifyReport } from '../../domain/verify/report.js';
import {
  readableArgument,
  reportQuery,
  stopSignal,
  VERIFY_DESCRIPTIONS,
} from '../shared/messages.js';
import type { Activities } from '../../activities/index.js';
import type { SliceProgress, VerifySlice } from '../../domain/verify/plan.js';
import { readableNumber } from '../../domain/readable-units.js';

/** What one run of `verify` shares with its message handlers. */
interface VerifyRun {
  /** Null until the plan of the comparison is resolved. */
  state: VerifyState | null;
  isStopped: boolean;
  isEnded: boolean;
  /** Canceled by the `stop` signal. */
  readonly scope: CancellationScope;
}

/** These activities only read, so a canceled one need not be waited for. */
const reading = {
  heartbeatTimeout: HEARTBEAT_TIMEOUT_MS,
  cancellationType: 'TRY_CANCEL',
  retry,
} as const;

const { resolveVerify } = proxyActivities<Activities>({
  ...reading,
  heartbeatTimeout: '10 seconds',
  startToCloseTimeout: '10 minutes',
});

const { verifySlice } = proxyActivities<Activities>({
  ...reading,
  startToCloseTimeout: '1 hour',
});

/**
 * Compares the records of a topic with the rows and dead letters of its table, and reports lost and duplicated records.
 * Changes nothing. The second argument is state that an earlier run carried over, never a user's input.
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

/** Compares one partition after another, until all are taken or the run must continue as new. */
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
  if (run.state === null) throw new Error('A comparison ran before its plan was resolved');
  return run.state;
}

function createVerifyRun(carried: VerifyState | undefined): VerifyRun {
  const run: VerifyRun = {
    state: carried ?? null,
    isStopped: false,
    isEnded: false,
    scope: new CancellationScope(),
  };
  setHandler(
    stopSignal,
    (input) => {
      readableArgument(parseStopInput(input), 'stop');
      run.isStopped = true;
      run.scope.cancel();
    },
    { description: VERIFY_DESCRIPTIONS.stop },
  );
  setHandler(reportQuery, () => reportOf(run), { description: VERIFY_DESCRIPTIONS.report });
  return run;
}

function reportOf({ state, isStopped, isEnded }: VerifyRun): VerifyReport {
  const ended = isStopped ? 'stopped' : 'completed';
  if (state === null) return { ...startingReport(), ...(isEnded && { state: ended }) };
  return verifyReport(state, isEnded ? ended : 'comparing');
}

/** Refreshes the details page. */
function show(run: VerifyRun): void {
  setCurrentDetails(verifyPage(reportOf(run)));
}

function compareOffsets(slice: VerifySlice): Promise<SliceProgress> {
  const { partition, first, end } = slice.range;
  const summary = `p${partition}: ${readableNumber(first)}-${readableNumber(end)}`;
  return verifySlice.executeWithOptions({ summary }, [slice]);
}
