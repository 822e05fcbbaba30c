import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  workflowInfo,
} from '@temporalio/workflow';
import type { BatchPlan } from '../domain/batch/plan.js';
import { RECOMMIT_MS, RETRY_MOST_MS, RUN_AGE_MOST_MS } from '../domain/limits.js';
import { partitionsInLog } from '../domain/pipeline/holds.js';
import { lastLeaderEpoch } from '../domain/log/leader-epochs.js';
import type { AwaitInput, AwaitResult } from '../domain/pipeline/await-records.js';
import { foldAwait } from '../domain/pipeline/fold-await.js';
import { foldBatch } from '../domain/pipeline/fold-batch.js';
import { foldSkip } from '../domain/pipeline/fold-skip.js';
import { nextStep } from '../domain/pipeline/next-step.js';
import { batchInHand } from '../domain/pipeline/silent-insert.js';
import type { PipelineState, Skip } from '../domain/pipeline/state.js';
import { commitOffsets, ingest, recordSkip, waitForRecords } from './activities.js';
import { type PipelineRun, requestDrain, update, withInHand } from './run.js';

/** Plans and ingests the partitions of one lane until its run drains or its partitions are at their end. */
export async function runLane(run: PipelineRun, lane: number): Promise<void> {
  let due = false;
  let lookedAtMs: number | null = null;
  for (;;) {
    await condition(() => run.drain !== null || run.pause === null);
    if (run.drain !== null) return;
    const step = nextStep(stateOf(run), lane, { ...run.identity, due, lookedAtMs });
    switch (step.kind) {
      case 'finished':
        return;
      case 'held':
        await nextChange(run);
        break;
      case 'ingest':
        // The batch reads the ends again: whatever it leaves has waited since now at the longest.
        lookedAtMs = Date.now();
        due = false;
        await ingestPlan(run, lane, step.plan);
        break;
      case 'skip':
        await skipRange(run, lane, step.skip);
        break;
      case 'await': {
        const waited = await awaitMore(run, step.input);
        due = waited?.why === 'full' || waited?.why === 'interval';
        lookedAtMs = waited?.lookedAtMs ?? lookedAtMs;
        break;
      }
    }
    if (isOld()) requestDrain(run, 'continue');
  }
}

export function stateOf(run: PipelineRun): PipelineState {
  if (run.state === null) throw new Error('A lane ran before its settings were resolved');
  return run.state;
}

async function nextChange(run: PipelineRun): Promise<void> {
  const seen = run.changes;
  await condition(() => run.changes !== seen);
}

async function ingestPlan(run: PipelineRun, lane: number, plan: BatchPlan): Promise<void> {
  run.state = { ...stateOf(run), nextBatch: Math.max(stateOf(run).nextBatch, plan.batch + 1) };
  try {
    const partitions = plan.ranges.map(({ partition }) => partition);
    const work = { what: batchInHand(plan.batch), partitions, start: () => ingest(plan) };
    const outcome = await withInHand(run, lane, work);
    update(run, foldBatch(stateOf(run), plan, outcome, Date.now()));
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    keepForLater(run, plan);
    if (isCancellation(error)) return;
    // Somebody ended the activity by hand. Its plan must still be carried out before anything else is.
    log.warn('A batch was ended from outside; it is issued again', { batch: plan.batch });
    await condition(() => run.drain !== null, RETRY_MOST_MS);
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

async function awaitMore(run: PipelineRun, input: AwaitInput): Promise<AwaitResult | null> {
  const scope = new CancellationScope();
  run.waits.add(scope);
  try {
    return await scope.run(async () => {
      const result = await waitForRecords(input);
      update(run, foldAwait(stateOf(run), input, result));
      if (result.why === 'idle') await recommit(run);
      return result;
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    return null;
  } finally {
    run.waits.delete(scope);
  }
}

/** Keeps an idle group's offsets from expiring in Kafka. */
async function recommit(run: PipelineRun): Promise<void> {
  const state = stateOf(run);
  if (Date.now() - state.committedMs < RECOMMIT_MS) return;
  const { topicId, log: decision } = state;
  const { topic, groupId } = state.settings;
  update(run, { ...state, committedMs: Date.now() });
  const { cursor: cursors, leaderEpochs } = state.partitions;
  const last = leaderEpochs.map(lastLeaderEpoch);
  const offsets = { cursors, leaderEpochs: last, ...partitionsInLog(state) };
  await commitOffsets({ topic, groupId, ...offsets, topicId, log: decision, isOptional: true });
}

function isOld(): boolean {
  const { continueAsNewSuggested, runStartTime } = workflowInfo();
  return continueAsNewSuggested || Date.now() - runStartTime.getTime() > RUN_AGE_MOST_MS;
}
