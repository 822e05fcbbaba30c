import { CancellationScope, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { parseStopInput } from '../../domain/pipeline/input.js';
import type { VerifyReport } from '../../domain/verify/public-types.js';
import { verifyPage } from '../../domain/verify/details-page.js';
import { startingReport, verifyReport } from '../../domain/verify/report.js';
import type { VerifyState } from '../../domain/verify/state.js';
import { reportQuery, stopSignal, VERIFY_DESCRIPTIONS } from '../shared/messages.js';
import { readableArgument } from '../shared/readable-argument.js';

/** What one run of `verify` shares with its message handlers. */
export interface VerifyRun {
  /** Null until it is known what is compared. */
  state: VerifyState | null;
  isStopped: boolean;
  isEnded: boolean;
  /** Ends when somebody wants no more. */
  readonly scope: CancellationScope;
}

export function createVerifyRun(carried: VerifyState | undefined): VerifyRun {
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

export function reportOf({ state, isStopped, isEnded }: VerifyRun): VerifyReport {
  const ended = isStopped ? 'stopped' : 'completed';
  if (state === null) return { ...startingReport(), ...(isEnded && { state: ended }) };
  return verifyReport(state, isEnded ? ended : 'comparing');
}

/** Makes the details page tell what is known by now. */
export function show(run: VerifyRun): void {
  setCurrentDetails(verifyPage(reportOf(run)));
}
