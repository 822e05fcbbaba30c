import type { BatchOutcome } from '../pipeline/batch-plan.js';
import type { PipelineState } from '../pipeline/state.js';
import { partitionsInLog } from './new-holds.js';

/** The part of the state that remembers partitions whose offsets Kafka does not have. */
type Uncommitted = Pick<PipelineState, 'uncommitted'>;

/** A batch has committed what it has done, except for what it reports. */
export function afterCommit<State extends Uncommitted>(
  state: State,
  { done, uncommitted = [] }: BatchOutcome,
): State {
  const tried = done.map(({ partition }) => partition);
  return withUncommitted(withoutUncommitted(state, tried), uncommitted);
}

export function withUncommitted<State extends Uncommitted>(
  state: State,
  partitions: readonly number[],
): State {
  if (partitions.length === 0) return state;
  const all = new Set([...(state.uncommitted ?? []), ...partitions]);
  return { ...state, uncommitted: [...all].toSorted((a, b) => a - b) };
}

export function withoutUncommitted<State extends Uncommitted>(
  state: State,
  partitions: readonly number[],
): State {
  if (state.uncommitted === undefined) return state;
  const left = state.uncommitted.filter((partition) => !partitions.includes(partition));
  return { ...state, uncommitted: left.length === 0 ? undefined : left };
}

/** Partitions whose cursors can be committed. Cursors in another topic mean nothing to the group. */
export function leftToCommit(state: PipelineState): readonly number[] {
  const { only } = partitionsInLog(state);
  return (state.uncommitted ?? []).filter((partition) => only?.includes(partition) ?? true);
}

/** Without those that have a backlog, because their next batch commits. */
export function leftWithoutBacklog(state: PipelineState): readonly number[] {
  const { cursor, end } = state.partitions;
  return leftToCommit(state).filter(
    (partition) => Number(cursor[partition]) >= Number(end[partition]),
  );
}
