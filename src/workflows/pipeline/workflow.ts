import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  log,
  makeContinueAsNewFunc,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { ResolveInput } from '../../activities/index.js';
import {
  CONFIGURE_DRAIN_TIMEOUT_MS,
  DRAIN_TIMEOUT_MS,
  HEARTBEAT_TIMEOUT_MS,
  LANE_CHECK_MS,
  WORKFLOW_TASK_TIMEOUT_MS,
} from '../../domain/limits.js';
import { areGathered } from '../../domain/planning/deal-lanes.js';
import { beginRun, firstState } from '../../domain/pipeline/first-state.js';
import { parsePipelineInput } from '../../domain/pipeline/input.js';
import type { RunIdentity } from '../../domain/planning/next-step.js';
import { type PipelineResult, pipelineResult } from '../../domain/pipeline/result.js';
import type { PipelineInput, PipelineSettings } from '../../domain/pipeline/settings.js';
import type { CarriedState } from '../../domain/pipeline/state.js';
import { commitOffsets, resolvePipeline } from './activities.js';
import { commitRest, warn } from './commits.js';
import { handleMessages } from './handlers.js';
import { runLane } from './lane.js';
import {
  createRun,
  freeOthers,
  type PipelineRun,
  requestDrain,
  stateOf,
  update,
  withLanesDealt,
} from './run.js';
import { withItsCause } from '../shared/retry.js';

/**
 * Moves a topic into a table, batch by batch, until it is stopped or its end is reached. The second argument is state
 * that an earlier run carried over, never a user's input.
 */
export async function pipeline(
  input?: PipelineInput,
  carried?: CarriedState,
): Promise<PipelineResult> {
  const run = createRun(identity(), carried && beginRun(carried));
  const canceled = CancellationScope.current().cancelRequested;
  canceled.catch(() => {
    requestDrain(run, 'cancel');
  });
  handleMessages(run);

  await CancellationScope.nonCancellable(async () => {
    if (carried === undefined) await resolve(run, readInput(input));
    if (run.state !== null) {
      await runLanes(run);
      await commitRest(run);
    }
    await condition(allHandlersFinished);
  });
  if (run.drain === 'cancel')
    throw new CancelledFailure('The pipeline was canceled and has drained');
  if (run.drain === 'stop' || run.drain === null) return pipelineResult(run.state, run.drain);
  const next = makeContinueAsNewFunc<typeof pipeline>({
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT_MS,
  });
  return next(input, { ...stateOf(run), pause: run.pause });
}

function identity(): RunIdentity {
  const info = workflowInfo();
  const reset = info.runId !== info.originalExecutionRunId;
  // The predecessor of a continued run has drained its lanes. Any other run may have a predecessor that is still at work.
  const alone = info.continuedFromExecutionRunId !== undefined && !reset;
  const notBeforeMs = alone ? 0 : info.runStartTime.getTime() + HEARTBEAT_TIMEOUT_MS;
  return { pipelineId: info.firstExecutionRunId, reset, notBeforeMs };
}

function readInput(input: unknown): PipelineInput {
  const parsed = parsePipelineInput(input);
  if (parsed.kind === 'valid') return parsed.value;
  throw ApplicationFailure.nonRetryable(parsed.why, 'InvalidInput');
}

async function resolve(run: PipelineRun, input: PipelineInput): Promise<void> {
  const scope = new CancellationScope();
  run.interruptible.add(scope);
  try {
    const resolved = await scope.run(() => resolvePipeline(inputOfRun(input)));
    assertContract(input, resolved.settings);
    update(run, beginRun(firstState(resolved)));
    for (const note of resolved.notes ?? []) log.warn(note);
    const { cursor: cursors, uncommitted: only, settings, topicId, log: decision } = resolved;
    const { topic, groupId, from } = settings;
    // Commit a chosen start now, so that it is not lost if this run moves no records.
    if (from !== 'committed') {
      const given = { topic, groupId, cursors, topicId, log: decision, ...(only && { only }) };
      const refused = await scope.run(() => commitOffsets(given));
      if (refused) warn(run, refused);
    }
  } catch (error) {
    if (isCancellation(error)) return;
    throw withItsCause(error);
  } finally {
    run.interruptible.delete(scope);
  }
}

/** A worker of a release without contracts ignores the name, and would write different rows. */
function assertContract({ contract }: PipelineInput, settings: PipelineSettings): void {
  if (contract === undefined || contract === settings.contract) return;
  throw ApplicationFailure.nonRetryable(
    `A worker of an older release answered that does not support "contract":"${contract}". Nothing was moved: replace all workers of this task queue, then start again`,
    'NeedsDecision',
  );
}

/** A start command replays once, even if its workflow is reset, or retried by a retry policy. */
function inputOfRun(input: PipelineInput): ResolveInput {
  const { runId, firstExecutionRunId } = workflowInfo();
  if (input.replay !== true || runId === firstExecutionRunId) return input;
  return { ...input, startedBefore: true };
}

async function runLanes(run: PipelineRun): Promise<void> {
  let ended = false;
  update(run, withLanesDealt(run, stateOf(run)));
  const lanes = Array.from({ length: stateOf(run).lanes }, (_, lane) => runLane(run, lane));
  const all = Promise.all(lanes).then(() => {
    ended = true;
  });
  await Promise.all([all, endDrainInTime(run, () => ended), watchLanes(run, () => ended)]);
}

/** If one lane holds all partitions and its batch does not end, gives the other partitions back to the other lanes. */
async function watchLanes(run: PipelineRun, ended: () => boolean): Promise<void> {
  if (!run.dealsLanes) return;
  const isOver = () => run.drain !== null || ended();
  const over = condition(isOver);
  for (;;) {
    await condition(() => isOver() || (run.inHand.has(0) && areGathered(stateOf(run))));
    const work = run.inHand.get(0);
    // One timer spans many batches and is never canceled, because each command costs money on Temporal Cloud.
    if (!isOver()) await Promise.race([over, sleep(LANE_CHECK_MS)]);
    if (isOver()) return;
    if (work !== undefined && run.inHand.get(0) === work) freeOthers(run, work);
  }
}

/** Cancels batches that don't finish in time, so that the run can end. Their plans are carried over, and look for rows first. */
async function endDrainInTime(run: PipelineRun, ended: () => boolean): Promise<void> {
  await condition(() => run.drain !== null || ended());
  const timeoutMs = run.drain === 'configure' ? CONFIGURE_DRAIN_TIMEOUT_MS : DRAIN_TIMEOUT_MS;
  if (ended() || (await condition(ended, timeoutMs))) return;
  for (const { scope } of run.inHand.values()) scope.cancel();
}
