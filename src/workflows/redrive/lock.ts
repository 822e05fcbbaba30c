import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  defineSignal,
  setHandler,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';
import { type RedrivePlan, turnId } from '../../domain/redrive/plan.js';
import { type RedriveRun, setWaiting } from './run.js';

const endTurnSignal = defineSignal('endTurn');

/** Pause between attempts to take a turn that another run holds. */
const TRY_AGAIN_MS = 5_000;

/** Locks a table for one redrive: while it runs, no other workflow can have its id. Ends with the redrive at the latest. */
export async function redriveTurn(): Promise<void> {
  let isOver = false;
  setHandler(endTurnSignal, () => {
    isOver = true;
  });
  await condition(() => isOver);
}

export interface Turn {
  end(): Promise<void>;
}

/** Waits until no other redrive works on the table. Null if this one was stopped, or must continue as new first. */
export async function takeTurn(run: RedriveRun, plan: RedrivePlan): Promise<Turn | null> {
  for (;;) {
    if (run.isStopped || workflowInfo().continueAsNewSuggested) return null;
    const turn = await tryTurn(plan);
    setWaiting(run, turn === null);
    if (turn !== null) {
      // A terminated redrive may still have an attempt at work that has not noticed the termination.
      await sleep(HEARTBEAT_TIMEOUT_MS);
      return { end: () => CancellationScope.nonCancellable(() => endTurn(turn)) };
    }
    await condition(() => run.isStopped, TRY_AGAIN_MS);
  }
}

type TurnHandle = ChildWorkflowHandle<typeof redriveTurn>;

async function tryTurn(plan: RedrivePlan): Promise<TurnHandle | null> {
  try {
    // Not cancellable: the lock is held until the work has ended, even if the redrive is canceled.
    return await CancellationScope.nonCancellable(() =>
      startChild(redriveTurn, {
        workflowId: turnId(plan),
        staticSummary: 'holds the dead letters of a table for one redrive',
      }),
    );
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return null;
    throw error;
  }
}

async function endTurn(turn: TurnHandle): Promise<void> {
  await turn.signal(endTurnSignal);
  await turn.result();
}
