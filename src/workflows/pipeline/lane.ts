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
import { nextStep } from '../../domain/planning/next-step.js';
import { expectedAfter } from '../../domain/planning/shared-wait.js';
import { batchInHand } from '../../domain/status/silent-insert.js';
import type { Skip } from '../../domain/pipeline/state.js';
import { ingest, recordSkip } from './activities.js';
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

/** Plans and ingests the partitions of one lane until its run drains or its partitions are at their end. */
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
        // A wait has just ended, and batches mostly begin after one: now the least is in progress.
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
  // The batch reads the ends again: whatever it leaves has waited since now at the longest.
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
    const work = { what, partitions, start: () => ingest(plan, failoverMs) };
    const outcome = await withInHand(run, lane, work);
    // What a batch left because of one leader is planned at once for the others.
    const look = { due: outcome.kind === 'partial', lookedAtMs };
    run.looks.set(lane, look);
    const folded = foldBatch(stateOf(run), plan, outcome, Date.now());
    // A wait is for the partitions that its lane had when it began.
    update(run, run.waits.waiting.size === 0 ? withLanesDealt(run, folded, look) : folded);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    keepForLater(run, plan);
    if (isCancellation(error)) return;
    // Somebody ended the activity by hand. Its plan must still be carried out before anything else is.
    log.warn('A batch was ended from outside; it is issued again', { batch: plan.batch });
    await condition(() => run.drain !== null, MAX_RETRY_MS);
  } finally {
    run.waits.expected.delete(lane);
  }
}

/** The plan word for word, looking first: what its attempts sent is not known. */
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
    await withInHand(run, lane, {
      what,
      partitions: [skip.partition],
      start: () => recordSkip({ table: target.table, topic, topicId, log: decision, skip }),
    });
    update(run, foldSkip(stateOf(run), skip));
  } catch (error) {
    // The decision stands in the state: this run or the next one carries it out.
    if (!(error instanceof ActivityFailure)) throw error;
    await condition(() => run.drain !== null, MAX_RETRY_MS);
  }
}

/** What the run has become too long for: replaying it would take longer than a workflow task may. */
function isOld(run: PipelineRun, eventsMax: number): boolean {
  const { continueAsNewSuggested, historyLength, runStartTime } = workflowInfo();
  if (continueAsNewSuggested || Date.now() - runStartTime.getTime() > MAX_RUN_AGE_MS) return true;
  return run.waits.isShared && historyLength > eventsMax;
}
