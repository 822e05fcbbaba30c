import { setCurrentDetails, setHandler } from '@temporalio/workflow';
import { parseStopInput } from '../../domain/pipeline/input.js';
import type { RedriveReport } from '../../domain/redrive/public-types.js';
import { redrivePage } from '../../domain/redrive/details-page.js';
import { redriveReport, STARTING_REPORT } from '../../domain/redrive/report.js';
import type { RedriveState } from '../../domain/redrive/state.js';
import {
  readableArgument,
  REDRIVE_DESCRIPTIONS,
  redriveStatusQuery,
  stopSignal,
} from '../shared/messages.js';

/** What one run of `redrive` shares with its message handlers. */
export interface RedriveRun {
  /** Null until the choice of dead letters is resolved. */
  state: RedriveState | null;
  isWaiting: boolean;
  /** The redrive ends after the current window. */
  isStopped: boolean;
  isEnded: boolean;
}

export function createRedriveRun(carried: RedriveState | undefined): RedriveRun {
  const run: RedriveRun = {
    state: carried ?? null,
    isWaiting: false,
    isStopped: false,
    isEnded: false,
  };
  setHandler(
    stopSignal,
    (input) => {
      readableArgument(parseStopInput(input), 'stop');
      run.isStopped = true;
    },
    { description: REDRIVE_DESCRIPTIONS.stop },
  );
  setHandler(redriveStatusQuery, () => reportOf(run), { description: REDRIVE_DESCRIPTIONS.status });
  show(run);
  return run;
}

export function reportOf(run: RedriveRun): RedriveReport {
  if (run.state === null) return STARTING_REPORT;
  return redriveReport(run.state, stateName(run));
}

function stateName({ isWaiting, isStopped, isEnded }: RedriveRun): RedriveReport['state'] {
  if (isEnded) return isStopped ? 'stopped' : 'completed';
  return isWaiting ? 'waiting' : 'working';
}

/** Replaces the state and shows the new one. */
export function update(run: RedriveRun, state: RedriveState): void {
  run.state = state;
  show(run);
}

export function setWaiting(run: RedriveRun, isWaiting: boolean): void {
  run.isWaiting = isWaiting;
  show(run);
}

export function end(run: RedriveRun): void {
  run.isEnded = true;
  show(run);
}

function show(run: RedriveRun): void {
  setCurrentDetails(redrivePage(reportOf(run)));
}
