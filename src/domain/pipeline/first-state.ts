import type { BatchPlan } from './batch-plan.js';
import { FIRST_BYTES_PER_RECORD } from '../limits.js';
import { NO_LEADER_EPOCH } from '../log/leader-epochs.js';
import type { BatchLimits } from './settings.js';
import {
  type CarriedState,
  NO_TOTALS,
  type PipelineState,
  type ResolvedPipeline,
} from './state.js';

/** State of a pipeline that has not planned anything yet. */
export function firstState(resolved: ResolvedPipeline): PipelineState {
  const { settings, fromEnvironment, target, topicId, log, warnings } = resolved;
  const count = resolved.cursor.length;
  const zeros = new Array<number>(count).fill(0);
  return {
    v: 1,
    planner: 1,
    settings,
    fromEnvironment,
    target,
    topicId,
    log,
    lanes: 1,
    partitions: {
      lane: zeros,
      epoch: resolved.epoch,
      cursor: resolved.cursor,
      end: resolved.end,
      ...(resolved.logEnd && { logEnd: resolved.logEnd }),
      ...(resolved.lookedAtMs && { seenMs: zeros.map(() => resolved.lookedAtMs ?? 0) }),
      logStart: resolved.logStart,
      until: resolved.until,
      leaderEpochs: resolved.leaderEpochs ?? resolved.cursor.map(() => []),
      endLeaderEpoch: resolved.endLeaderEpoch ?? resolved.cursor.map(() => NO_LEADER_EPOCH),
      reconcileUntil: resolved.reconcileUntil,
      rows: zeros,
      deadLetters: zeros,
    },
    totals: NO_TOTALS,
    pause: null,
    holds: [],
    pending: [],
    skips: [],
    recent: [],
    nextBatch: 1,
    bytesPerRecord: FIRST_BYTES_PER_RECORD,
    shrunk: null,
    alone: [],
    takeGroup: false,
    warnings,
    ...(resolved.leftUndecided && { leftUndecided: resolved.leftUndecided }),
    ...(resolved.failoverSeconds && { failoverSeconds: resolved.failoverSeconds }),
    committedMs: 0,
  };
}

/** Assigns the partitions to the lanes of a new run. There are never more lanes than partitions. */
export function beginRun(state: CarriedState): PipelineState {
  const { cursor, leaderEpochs, endLeaderEpoch } = state.partitions;
  const lanes = Math.max(1, Math.min(state.settings.lanes, cursor.length));
  const lane = cursor.map((_, partition) => partition % lanes);
  const partitions = {
    ...state.partitions,
    lane,
    leaderEpochs: leaderEpochs ?? cursor.map(() => []),
    endLeaderEpoch: endLeaderEpoch ?? cursor.map(() => NO_LEADER_EPOCH),
  };
  const { batch } = state.settings;
  return {
    ...state,
    lanes,
    partitions,
    pending: state.pending.map((plan) => withinLimits(plan, batch)),
    holds: state.holds.map((held) => ({
      ...held,
      plan: held.plan && withinLimits(held.plan, batch),
    })),
  };
}

/** Carried plans are issued unchanged. If `configure` has since asked for smaller blocks, `smaller` says so. */
function withinLimits(plan: BatchPlan, { maxRows, maxBytes }: BatchLimits): BatchPlan {
  const { cut, smaller: before, ...rest } = plan;
  const isLarger = cut.maxRows > maxRows || cut.maxBytes > maxBytes;
  if (!isLarger) return before === undefined ? plan : { ...rest, cut };
  const smaller = {
    maxRows: Math.min(cut.maxRows, maxRows),
    maxBytes: Math.min(cut.maxBytes, maxBytes),
  };
  return { ...rest, cut, smaller };
}
