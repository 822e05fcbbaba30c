import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { CommitInput } from '../../activities/index.js';
import { DRAIN_TIMEOUT_MS, LAST_COMMIT_MS, RECOMMIT_MS } from '../../domain/limits.js';
import { lastLeaderEpoch } from '../../domain/log/leader-epochs.js';
import { withWarnings } from '../../domain/planning/fold-batch.js';
import { partitionsInLog } from '../../domain/planning/new-holds.js';
import type { PipelineState } from '../../domain/pipeline/state.js';
import { commitOffsets } from './activities.js';
import { type PipelineRun, stateOf, update } from './run.js';

/**
 * Commits outside of any batch: offsets that Kafka did not take from a batch, and once a day the offsets of an idle group, which
 * Kafka would delete.
 */
export async function recommit(
  run: PipelineRun,
  { isIdle }: { readonly isIdle: boolean },
): Promise<void> {
  const state = stateOf(run);
  const left = leftToCommit(run);
  if (isIdle && Date.now() - state.committedMs >= RECOMMIT_MS) {
    update(run, { ...state, committedMs: Date.now() });
    await commitOffsets({ ...commitInput(state), ...partitionsInLog(state), isOptional: true });
  } else if (left.length > 0) {
    const refused = await commitOffsets({
      ...{ ...commitInput(state), only: left, isOptional: true, unlessOwned: true },
    });
    if (refused === null) committed(run, left);
  }
}

/** Before the run ends, makes sure that Kafka has the offsets of everything that was moved, or warns that it does not. */
export async function commitRest(run: PipelineRun): Promise<void> {
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

/**
 * Partitions of lanes without work in hand. A batch of another lane may be about to commit a later offset, which this commit must
 * not replace.
 */
function leftToCommit(run: PipelineRun): readonly number[] {
  const state = stateOf(run);
  const { uncommitted = [], partitions } = state;
  const { only } = partitionsInLog(state);
  const isIdle = (partition: number) => !run.inHand.has(partitions.lane[partition] ?? 0);
  return uncommitted.filter(
    (partition) => isIdle(partition) && (only?.includes(partition) ?? true),
  );
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
