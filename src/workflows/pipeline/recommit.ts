import { RECOMMIT_MS } from '../../domain/limits.js';
import { lastLeaderEpoch } from '../../domain/log/leader-epochs.js';
import { partitionsInLog } from '../../domain/holds/new-holds.js';
import { commitOffsets } from './activities.js';
import { type PipelineRun, stateOf, update } from './run.js';

/** Keeps an idle group's offsets from expiring in Kafka. */
export async function recommit(run: PipelineRun): Promise<void> {
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
