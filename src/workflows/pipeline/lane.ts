import {
  ActivityFailure,
  condition,
  isCancellation,
  log,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchOutcome, BatchPlan } from '../../domain/pipeline/batch-plan.js';
import {
  FAILOVER_SECONDS,
  HISTORY_EVENTS_MAX,
  HISTORY_EVENTS_URGENT,
  RETRY_MOST_MS,
  RUN_AGE_MOST_MS,
} from '../../domain/limits.js';
import { foldBatch } from '../../domain/planning/fold-batch.js';
import { foldSkip } from '../../domain/planning/fold-skip.js';
import { nextStep } from '../../domain/planning/next-step.js';
import { expectedAfter } from '../../domain/planning/shared-wait.js';
import { batchInHand } from '../../domain/status/silent-insert.js';
import type { Skip } from '../../domain/pipeline/state.js';
import { ingest, recordSkip } from './activities.js';
import { awaitMore } from './await-more.js';
import { type PipelineRun, requestDrain, stateOf, update, withInHand } from './run.js';

/** Plans and ingests the partitions of one lane until its run drains or its partitions are at their end. */
export async function runLane(run: PipelineRun, lane: number): Promise<void> {
  let due = run.startsDue;
  let lookedAtMs: number | null = null;
  for (;;) {
    await condition(() => run.drain !== null || run.pause === null);
    if (run.drain !== null) return;
    const { identity, sharing } = run;
    const step = nextStep(stateOf(run), lane, { ...identity, due, lookedAtMs, sharing });
    switch (step.kind) {
      case 'finished':
        return;
      case 'held':
        await nextChange(run);
        break;
      case 'ingest':
        // The batch reads the ends again: whatever it leaves has waited since now at the longest.
        lookedAtMs = Date.now();
        run.movedMs = lookedAtMs;
        // What a batch left because of one leader is planned at once for the others.
        due = (await ingestPlan(run, lane, { plan: step.plan, lookedAtMs })) === 'partial';
        break;
      case 'skip':
        await skipRange(run, lane, step.skip);
        break;
      case 'await': {
        const waited = await awaitMore(run, lane, step.input);
        due = waited?.why === 'full' || waited?.why === 'interval';
        lookedAtMs = waited?.lookedAtMs ?? lookedAtMs;
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

async function ingestPlan(
  run: PipelineRun,
  lane: number,
  { plan, lookedAtMs }: { readonly plan: BatchPlan; readonly lookedAtMs: number },
): Promise<BatchOutcome['kind'] | null> {
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
    update(run, foldBatch(stateOf(run), plan, outcome, Date.now()));
    return outcome.kind;
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    keepForLater(run, plan);
    if (isCancellation(error)) return null;
    // Somebody ended the activity by hand. Its plan must still be carried out before anything else is.
    log.warn('A batch was ended from outside; it is issued again', { batch: plan.batch });
    await condition(() => run.drain !== null, RETRY_MOST_MS);
    return null;
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
    await condition(() => run.drain !== null, RETRY_MOST_MS);
  }
}

/** What the run has become too long for: replaying it would take longer than a workflow task may. */
function isOld(run: PipelineRun, eventsMax: number): boolean {
  const { continueAsNewSuggested, historyLength, runStartTime } = workflowInfo();
  if (continueAsNewSuggested || Date.now() - runStartTime.getTime() > RUN_AGE_MOST_MS) return true;
  return run.waits.isShared && historyLength > eventsMax;
}
