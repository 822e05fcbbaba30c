import { ActivityFailure, CancellationScope } from '@temporalio/workflow';
import type { CommitInput } from '../../activities/index.js';
import {
  COMMIT_AGAIN_MS,
  DRAIN_TIMEOUT_MS,
  LAST_COMMIT_MS,
  RECOMMIT_MS,
} from '../../domain/limits.js';
import { lastLeaderEpoch } from '../../domain/log/leader-epochs.js';
import { withWarnings } from '../../domain/planning/fold-batch.js';
import { partitionsInLog } from '../../domain/planning/new-holds.js';
import {
  leftToCommit,
  leftWithoutBacklog,
  offsetsLag,
  withoutUncommitted,
} from '../../domain/planning/uncommitted.js';
import type { PipelineState } from '../../domain/pipeline/state.js';
import { commitOffsets } from './activities.js';
import { type PipelineRun, stateOf, update } from './run.js';

/** Commits outside of any batch. */

/** Keeps an idle group's offsets from expiring in Kafka. */
export async function recommit(run: PipelineRun): Promise<void> {
  const state = stateOf(run);
  if (Date.now() - state.committedMs < RECOMMIT_MS) return;
  update(run, { ...state, committedMs: Date.now() });
  await commitOffsets({ ...commitInput(state), ...partitionsInLog(state), isOptional: true });
}

/** Begins to commit offsets that Kafka did not accept from a batch. Nothing waits for it, because the coordinator may hang. */
export function commitAgain(run: PipelineRun): void {
  const partitions = leftWithoutBacklog(stateOf(run));
  if (partitions.length === 0 || run.commit !== null) return;
  if (Date.now() - run.commitMs < COMMIT_AGAIN_MS) return;
  const overtaken = new Set<number>();
  // The wait whose result led here may be canceled.
  const ended = CancellationScope.nonCancellable(() =>
    commitUnowned(run, partitions, { isOptional: true }),
  ).then((refused) => {
    run.commit = null;
    const committed = partitions.filter((partition) => !overtaken.has(partition));
    if (refused === null) update(run, withoutUncommitted(stateOf(run), committed));
  });
  run.commit = { partitions, overtaken, ended };
  run.commitMs = Date.now();
}

/** Called when a batch begins: those of its partitions whose earlier offsets are being committed. */
export function overtaking(
  { commit }: PipelineRun,
  partitions: readonly number[],
): readonly number[] {
  const both = partitions.filter((partition) => commit?.partitions.includes(partition));
  for (const partition of both) commit?.overtaken.add(partition);
  return both;
}

/** Before the run ends, makes sure that Kafka has the offsets of everything that was moved, or warns that it does not. */
export async function commitRest(run: PipelineRun): Promise<void> {
  if (run.commit !== null) await run.commit.ended;
  const { drain } = run;
  const partitions = leftToCommit(stateOf(run));
  if (partitions.length === 0 || drain === 'continue' || drain === 'configure') return;
  const limitMs = drain === null ? LAST_COMMIT_MS : DRAIN_TIMEOUT_MS;
  const refused = await CancellationScope.withTimeout(limitMs, () =>
    commitUnowned(run, partitions, {}),
  );
  if (refused === null) update(run, withoutUncommitted(stateOf(run), partitions));
  else warn(run, refused);
}

/** Resolves with the reason if Kafka does not have the offsets afterwards, else with null. */
async function commitUnowned(
  run: PipelineRun,
  only: readonly number[],
  given: Pick<CommitInput, 'isOptional'>,
): Promise<string | null> {
  const state = stateOf(run);
  const { groupId } = state.settings;
  const unowned = state.takeGroup ? {} : ({ unlessOwned: true } as const);
  try {
    const refused = await commitOffsets({ ...commitInput(state), only, ...unowned, ...given });
    return refused ?? null;
  } catch (error) {
    // It took too long, or somebody ended the activity by hand.
    if (!(error instanceof ActivityFailure)) throw error;
    return offsetsLag(groupId, 'Kafka has not accepted them');
  }
}

function commitInput({ topicId, log: decision, settings, partitions }: PipelineState): CommitInput {
  const { topic, groupId } = settings;
  const { cursor: cursors, leaderEpochs } = partitions;
  const last = leaderEpochs.map(lastLeaderEpoch);
  return { topic, groupId, cursors, leaderEpochs: last, topicId, log: decision };
}

/** Adds a warning that the group's offsets lag behind the rows. */
export function warn(run: PipelineRun, text: string): void {
  const state = stateOf(run);
  update(run, { ...state, warnings: withWarnings(state.warnings, [text]) });
}
