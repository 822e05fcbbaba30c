import { ONLY_LOG } from '../log/log.js';
import { lagOf, logEndOf, openTransactionOf, seenMsOf } from '../planning/log-ends.js';
import { openTransactionWarnings } from '../planning/open-transactions.js';
import type {
  InHand,
  LogStatus,
  PartitionStatus,
  PipelineStatus,
} from '../pipeline/pipeline-status.js';
import type { Instant } from '../records/offset-range.js';
import { batchSize } from '../planning/sizing.js';
import { NO_TOTALS, type PartitionColumns, type PipelineState } from '../pipeline/state.js';
import { guaranteeWith } from '../table/target.js';
import {
  toldUnavailable,
  unavailableStatus,
  unavailableWarnings,
} from '../planning/unavailable.js';
import { counted } from '../readable-units.js';

/** What the run is busy with, apart from its state. */
export interface Activity {
  readonly pause: PipelineState['pause'];
  /** Why lanes stopped planning. Null while they plan. */
  readonly draining: string | null;
  readonly inHand: readonly InHand[];
}

export function pipelineStatus(state: PipelineState, activity: Activity): PipelineStatus {
  const partitions = state.partitions.cursor.map((_, partition) =>
    partitionStatus(state, partition),
  );
  return {
    ...condition(state, activity),
    settings: state.settings,
    guarantee: guaranteeWith(state.target, state.settings.lanes),
    notStored: state.target.notStored ?? [],
    log: logStatus(state),
    totals: state.totals,
    lag: partitions.reduce((sum, partition) => sum + partition.lag, 0),
    lagSeenAt: oldestLook(state.partitions),
    sizing: batchSize(state),
    inHand: activity.inHand,
    partitions,
    holds: state.holds.map(({ hold }) => hold),
    warnings: [
      ...unavailableWarnings(partitions),
      ...openTransactionWarnings(state.settings.topic, partitions),
      ...(state.target.warnings ?? []),
      ...state.warnings,
    ],
    decisions: state.decisions ?? [],
  };
}

/** Status before the settings are resolved: it has only a sentence. */
export function startingStatus(detail: string): PipelineStatus {
  return {
    state: 'starting',
    detail,
    settings: null,
    guarantee: null,
    notStored: [],
    log: null,
    totals: NO_TOTALS,
    lag: 0,
    lagSeenAt: null,
    sizing: null,
    inHand: [],
    partitions: [],
    holds: [],
    warnings: [],
    decisions: [],
  };
}

function logStatus({ topicId, log = ONLY_LOG }: PipelineState): LogStatus {
  const { choice, sameAs } = log;
  return { topicId, choice, sameAs };
}

function condition(
  state: PipelineState,
  { pause, draining, inHand }: Activity,
): Pick<PipelineStatus, 'state' | 'detail'> {
  const { holds } = state;
  if (draining !== null) {
    const blockers = inHand.map(({ what }) => what);
    const waiting = blockers.length > 0 ? `; waiting for ${blockers.join(', ')}` : '';
    return { state: 'draining', detail: `${draining}${waiting}` };
  }
  if (pause) {
    const detail = `${pause.reason} (since ${pause.since}; lag as it was then)`;
    return { state: 'paused', detail };
  }
  if (holds.length > 0) {
    const detail = `${counted(holds.length, 'partition waits', 'partitions wait')} for a decision`;
    return { state: 'held', detail };
  }
  const waiting = inHand.flatMap(({ what, waitsFor }) =>
    waitsFor ? [`${what}: ${waitsFor}`] : [],
  );
  const away = toldUnavailable(state).length;
  const ofAway = counted(away, 'partition', 'partitions');
  const except = away > 0 ? `, except from ${ofAway} whose leader does not answer` : '';
  return { state: 'running', detail: waiting[0] ?? `moving records as they arrive${except}` };
}

function partitionStatus(state: PipelineState, partition: number): PartitionStatus {
  const columns: PartitionColumns = state.partitions;
  const held = state.holds.find(({ hold }) => hold.partition === partition);
  const open = openTransactionOf(state, partition);
  const unavailable = toldUnavailable(state).find((each) => each.partition === partition);
  return {
    partition,
    lane: columns.lane[partition] ?? 0,
    cursor: columns.cursor[partition] ?? '0',
    end: columns.end[partition] ?? '0',
    logEnd: logEndOf(columns, partition),
    lag: lagOf(columns, partition),
    seenAt: instantOf(seenMsOf(columns, partition)),
    ...(open && { openTransaction: open }),
    ...(unavailable && { unavailable: unavailableStatus(unavailable) }),
    rows: columns.rows[partition] ?? 0,
    deadLetters: columns.deadLetters[partition] ?? 0,
    ...(held && { hold: held.hold.reason }),
  };
}

function oldestLook(columns: PartitionColumns): Instant | null {
  const looks = columns.cursor.map((_, partition) => seenMsOf(columns, partition));
  if (looks.length === 0) return null;
  const known = looks.filter((seenMs) => seenMs !== null);
  return known.length < looks.length ? null : instantOf(known.reduce((a, b) => Math.min(a, b)));
}

function instantOf(ms: number | null): Instant | null {
  return ms === null ? null : new Date(ms).toISOString();
}
