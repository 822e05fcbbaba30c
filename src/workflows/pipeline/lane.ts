import {
  ActivityFailure,
  condition,
  isCancellation,
  log,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import {
  FAILOVER_SECONDS,
  HISTORY_EVENTS_MAX,
  HISTORY_EVENTS_URGENT,
  MAX_RETRY_MS,
  MAX_RUN_AGE_MS,
} from '../../domain/limits.js';
import { foldBatch } from '../../domain/planning/fold-batch.js';
import { foldSkip } from '../../domain/planning/fold-skip.js';
import { withUncommitted } from '../../domain/planning/uncommitted.js';
import { nextStep } from '../../domain/planning/next-step.js';
import { expectedAfter } from '../../domain/planning/shared-wait.js';
import { batchInHand } from '../../domain/status/silent-insert.js';
import type { Skip } from '../../domain/pipeline/state.js';
import { ingest, recordSkip } from './activities.js';
import { overtaking } from './commits.js';
import { awaitMore, lookAfter } from './await-more.js';
import {
  lookOf,
  type PipelineRun,
  requestDrain,
  stateOf,
  update,
  withInHand,
  withLanesDealt,
} from './run.js';

/** Plans and ingests the partitions of one lane until the run drains or all of them have reached their end. */
export async function runLane(run: PipelineRun, lane: number): Promise<void> {
  for (;;) {
    await condition(() => run.drain !== null || run.pause === null);
    if (run.drain !== null) return;
    const { identity, sharing } = run;
    const look = lookOf(run, lane);
    const step = nextStep(stateOf(run), lane, { ...identity, ...look, sharing });
    switch (step.kind) {
      case 'finished':
        return;
      case 'held':
        await nextChange(run);
        break;
      case 'ingest':
        await ingestPlan(run, lane, step.plan);
        break;
      case 'skip':
        await skipRange(run, lane, step.skip);
        break;
      case 'await': {
        run.looks.set(lane, { ...look, due: false });
        const waited = await awaitMore(run, lane, step.input);
        if (waited !== null) run.looks.set(lane, lookAfter(waited));
        // Most batches start after a wait, so right after one the fewest are in progress: a good moment to continue as new.
        if (waited !== null && isOld(run, HISTORY_EVENTS_MAX)) requestDrain(run, 'continue');
        break;
      }
    }
    if (isOld(run, HISTORY_EVENTS_URGENT)) requestDrain(run, 'continue');
  }
}

async function nextChange(run: PipelineRun): Promise<void> {
  const seen = run.changes;
  await condition(() => run.changes !== seen);
}

async function ingestPlan(run: PipelineRun, lane: number, plan: BatchPlan): Promise<void> {
  // The batch reads the log ends again, so the records that it leaves count as waiting since now at the earliest.
  const lookedAtMs = Date.now();
  run.movedMs = lookedAtMs;
  run.looks.set(lane, { due: false, lookedAtMs });
  const { failoverSeconds = FAILOVER_SECONDS } = stateOf(run);
  const failoverMs = failoverSeconds * 1_000;
  const expected = expectedAfter(stateOf(run), plan, lookedAtMs);
  if (expected !== null) run.waits.expected.set(lane, expected);
  run.state = { ...stateOf(run), nextBatch: Math.max(stateOf(run).nextBatch, plan.batch + 1) };
  try {
    const partitions = plan.ranges.map(({ partition }) => partition);
    const what = batchInHand(plan.batch);
    const overtaken = overtaking(run, partitions);
    const work = { what, partitions, start: () => ingest(plan, failoverMs) };
    const outcome = await withInHand(run, lane, work);
    // If one leader does not answer, the rest of the batch is planned at once for the partitions of the others.
    const look = { due: outcome.kind === 'partial', lookedAtMs };
    run.looks.set(lane, look);
    const folded = withUncommitted(foldBatch(stateOf(run), plan, outcome, Date.now()), overtaken);
    // A wait covers the partitions that its lane had when it began, so lanes are dealt again only while none waits.
    update(run, run.waits.waiting.size === 0 ? withLanesDealt(run, folded, look) : folded);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    keepForLater(run, plan);
    if (isCancellation(error)) return;
    // Somebody ended the activity by hand. Its plan must still be carried out before any other.
    log.warn('The activity of a batch was ended from outside; the batch is scheduled again', {
      batch: plan.batch,
    });
    await condition(() => run.drain !== null, MAX_RETRY_MS);
  } finally {
    run.waits.expected.delete(lane);
  }
}

/** Keeps the plan unchanged for later. It then looks for rows first, because nobody knows what its attempts have sent. */
function keepForLater(run: PipelineRun, plan: BatchPlan): void {
  const state = stateOf(run);
  const pending = state.pending.filter((each) => each !== plan);
  const earlierSends = plan.earlierSends === 'none' ? 'same-blocks' : plan.earlierSends;
  update(run, { ...state, pending: [...pending, { ...plan, earlierSends }] });
}

async function skipRange(run: PipelineRun, lane: number, skip: Skip): Promise<void> {
  const { settings, target, topicId, log: decision } = stateOf(run);
  const { topic } = settings;
  try {
    const what = `the record of a skip in partition ${skip.partition}`;
    const recorded = await withInHand(run, lane, {
      what,
      partitions: [skip.partition],
      start: () => recordSkip({ table: target.table, topic, topicId, log: decision, skip }),
    });
    // Workers of older releases resolve with nothing.
    const isUncommitted = recorded?.isUncommitted ?? false;
    update(run, foldSkip(stateOf(run), skip, { isUncommitted }));
  } catch (error) {
    // The state keeps the decision, so this run or the next one carries it out.
    if (!(error instanceof ActivityFailure)) throw error;
    await condition(() => run.drain !== null, MAX_RETRY_MS);
  }
}

/** Whether the run should continue as new: replaying a longer one could take longer than a workflow task may. */
function isOld(run: PipelineRun, eventsMax: number): boolean {
  const { continueAsNewSuggested, historyLength, runStartTime } = workflowInfo();
  if (continueAsNewSuggested || Date.now() - runStartTime.getTime() > MAX_RUN_AGE_MS) return true;
  return run.waits.isShared && historyLength > eventsMax;
}
