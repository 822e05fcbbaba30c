import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { CommitInput } from '../../activities/index.js';
import { DRAIN_TIMEOUT_MS, LAST_COMMIT_MS, RECOMMIT_MS } from '../../domain/limits.js';
import { lastLeaderEpoch } from '../../domain/log/leader-epochs.js';
import { withWarnings } from '../../domain/planning/fold-batch.js';
import { partitionsInLog } from '../../domain/planning/new-holds.js';
import type { BatchPlan } from '../../domain/pipeline/batch-plan.js';
import type { PipelineState } from '../../domain/pipeline/state.js';
import { commitOffsets } from './activities.js';
import { type PipelineRun, stateOf, update } from './run.js';

/**
 * Commits outside of any batch: once a day the offsets of an idle group, which Kafka would delete, and the offsets that Kafka did not
 * take from a batch. Nothing waits for the latter, because the coordinator may hang.
 */
export async function recommit(
  run: PipelineRun,
  { isIdle }: { readonly isIdle: boolean },
): Promise<void> {
  const state = stateOf(run);
  if (isIdle && Date.now() - state.committedMs >= RECOMMIT_MS) {
    update(run, { ...state, committedMs: Date.now() });
    await commitOffsets({ ...commitInput(state), ...partitionsInLog(state), isOptional: true });
  } else if (run.commit === null) {
    const partitions = leftToCommit(run).filter((partition) => hasNoBacklog(state, partition));
    if (partitions.length === 0) return;
    const ended = commitLeft(run, partitions).finally(() => {
      run.commit = null;
    });
    run.commit = { partitions, ended };
  }
}

async function commitLeft(run: PipelineRun, only: readonly number[]): Promise<void> {
  const given = {
    ...commitInput(stateOf(run)),
    only,
    isOptional: true,
    unlessOwned: true,
  } as const;
  const refused = await CancellationScope.nonCancellable(() => commitOffsets(given));
  if (refused === null) committed(run, only);
}

/** Whether offsets of the plan's partitions are being committed. */
export function isBeingCommitted({ commit }: PipelineRun, { ranges }: BatchPlan): boolean {
  return commit !== null && ranges.some(({ partition }) => commit.partitions.includes(partition));
}

/** Before the run ends, makes sure that Kafka has the offsets of everything that was moved, or warns that it does not. */
export async function commitRest(run: PipelineRun): Promise<void> {
  if (run.commit !== null) await run.commit.ended;
  const { drain } = run;
  const left = leftToCommit(run);
  if (left.length === 0 || drain === 'continue' || drain === 'configure') return;
  const limitMs = drain === null ? LAST_COMMIT_MS : DRAIN_TIMEOUT_MS;
  const given = { ...commitInput(stateOf(run)), only: left, unlessOwned: true } as const;
  try {
    const refused = await CancellationScope.withTimeout(limitMs, () => commitOffsets(given));
    if (refused) warn(run, refused);
    else committed(run, left);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const { groupId } = stateOf(run).settings;
    warn(
      run,
      `the offsets of group ${groupId} in Kafka lag behind the rows: Kafka did not take them within ${limitMs / 1_000} s`,
    );
  }
}

/** Without the partitions whose offsets are those of another topic. */
function leftToCommit(run: PipelineRun): readonly number[] {
  const state = stateOf(run);
  const { uncommitted = [] } = state;
  const { only } = partitionsInLog(state);
  return uncommitted.filter((partition) => only?.includes(partition) ?? true);
}

/** With a backlog, the next batch of the partition commits. */
function hasNoBacklog({ partitions: { cursor, end } }: PipelineState, partition: number): boolean {
  return Number(cursor[partition]) >= Number(end[partition]);
}

function commitInput({ topicId, log: decision, settings, partitions }: PipelineState): CommitInput {
  const { topic, groupId } = settings;
  const { cursor: cursors, leaderEpochs } = partitions;
  const last = leaderEpochs.map(lastLeaderEpoch);
  return { topic, groupId, cursors, leaderEpochs: last, topicId, log: decision };
}

function committed(run: PipelineRun, partitions: readonly number[]): void {
  const state = stateOf(run);
  const left = (state.uncommitted ?? []).filter((partition) => !partitions.includes(partition));
  update(run, { ...state, uncommitted: left.length === 0 ? undefined : left });
}

/** Adds a warning that Kafka did not take a commit. */
export function warn(run: PipelineRun, text: string): void {
  const state = stateOf(run);
  update(run, { ...state, warnings: withWarnings(state.warnings, [text]) });
}
