import type { BatchOutcome } from '../pipeline/batch-plan.js';
import type { PipelineState } from '../pipeline/state.js';
import { partitionsInLog } from './new-holds.js';

/** The part of the state that remembers partitions whose offsets Kafka does not have, and warns about them. */
type Uncommitted = Pick<PipelineState, 'uncommitted' | 'warnings' | 'settings'>;

/** The warning that the offsets of a group are not those of the rows. */
export function offsetsLag(groupId: string, why: string): string {
  return `${lagOfGroup(groupId)}${why}`;
}

/** A batch has committed what it has done, except for what it reports. */
export function afterCommit<State extends Uncommitted>(
  state: State,
  { done, uncommitted = [], warnings }: BatchOutcome,
): State {
  const tried = done.map(({ partition }) => partition);
  const after = withUncommitted(without(state, tried), uncommitted);
  // Workers of older releases warn without naming partitions.
  const isRefused = warnings.some((text) => isAboutLag(state, text));
  return tried.length === 0 || isRefused ? after : withoutOldWarning(after);
}

export function withUncommitted<State extends Pick<PipelineState, 'uncommitted'>>(
  state: State,
  partitions: readonly number[],
): State {
  if (partitions.length === 0) return state;
  const all = new Set([...(state.uncommitted ?? []), ...partitions]);
  return { ...state, uncommitted: [...all].toSorted((a, b) => a - b) };
}

/** Kafka has the offsets of these partitions. Once it has all, the warning about them goes as well. */
export function withoutUncommitted<State extends Uncommitted>(
  state: State,
  partitions: readonly number[],
): State {
  return withoutOldWarning(without(state, partitions));
}

function without<State extends Uncommitted>(state: State, partitions: readonly number[]): State {
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

function withoutOldWarning<State extends Uncommitted>(state: State): State {
  const { uncommitted, warnings } = state;
  if (uncommitted !== undefined || !warnings.some((text) => isAboutLag(state, text))) return state;
  return { ...state, warnings: warnings.filter((text) => !isAboutLag(state, text)) };
}

function isAboutLag({ settings }: Pick<PipelineState, 'settings'>, warning: string): boolean {
  return warning.startsWith(lagOfGroup(settings.groupId));
}

/** How the warning about a group's offsets begins. */
export function lagOfGroup(groupId: string): string {
  return `the offsets of group ${groupId} in Kafka lag behind the rows: `;
}
