import {
  CancellationScope,
  log,
  patched,
  setCurrentDetails,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import { detailsPage } from '../../domain/status/details-page.js';
import type { RunIdentity } from '../../domain/planning/next-step.js';
import { dealLanes, freeLanes } from '../../domain/planning/deal-lanes.js';
import { isShown, MEMO_NAME, pipelineMemo } from '../../domain/pipeline/pipeline-memo.js';
import type { InHand, PipelineStatus } from '../../domain/pipeline/pipeline-status.js';
import type { PipelineState } from '../../domain/pipeline/state.js';
import type { Sharing } from '../../domain/records/split-rows.js';
import { pipelineStatus, startingStatus } from '../../domain/status/status.js';
import { reason, toldUnavailable } from '../../domain/planning/unavailable.js';
import { createWaits, type Waits } from './waits.js';
import { counted } from '../../domain/readable-units.js';

/** Reasons for lanes to stop planning, the strongest last. */
const DRAINS = ['continue', 'configure', 'stop', 'cancel'] as const;
export type Drain = (typeof DRAINS)[number];

const DRAIN_WORDS: Readonly<Record<Drain, string>> = {
  continue: 'continuing as new',
  configure: 'changing settings',
  stop: 'stopping',
  cancel: 'canceling',
};

/** Frozen: histories record it. Runs of older releases had one wait per lane, and continued as new when Temporal suggested it. */
const SHARED_WAIT = 'shared-wait';

/** Frozen: histories record it. Runs of older releases split a batch among partitions in proportion to their lag. */
const EVEN_SHARES = 'even-shares';

/** Frozen: histories record it. Runs of older releases never moved a partition to another lane. */
const GATHERED_LANES = 'gathered-lanes';

/** What a lane knows when it plans. */
export interface LaneLook {
  /** The last wait has ended: known records are planned even if they don't fill a batch. */
  readonly due: boolean;
  /** When the known log ends were read, in milliseconds since 1970. */
  readonly lookedAtMs: number | null;
}

/** A commit of offsets that Kafka did not accept from a batch. */
export interface CommitInHand {
  readonly partitions: readonly number[];
  /** Partitions of which a batch has begun since. Kafka may keep either offset, so theirs is committed again. */
  readonly overtaken: Set<number>;
  readonly ended: Promise<void>;
}

/** Work that an activity does for a lane, and the scope that cancels it. */
export interface WorkInHand extends InHand {
  readonly partitions: readonly number[];
  readonly scope: CancellationScope;
}

/**
 * What the lanes and the message handlers of one run share. Handlers only record what people want; the lanes act on it
 * when they next look.
 */
export interface PipelineRun {
  readonly identity: RunIdentity;
  /** Null until the settings are resolved. */
  state: PipelineState | null;
  pause: PipelineState['pause'];
  drain: Drain | null;
  drainReason: string;
  /** Scopes to cancel when lanes must look at the state again. */
  readonly interruptible: Set<CancellationScope>;
  readonly waits: Waits;
  readonly sharing: Sharing;
  readonly dealsLanes: boolean;
  /** By lane. */
  readonly looks: Map<number, LaneLook>;
  /** Records known at the start are planned at once, because they have already waited in the previous run. */
  readonly startsDue: boolean;
  /** When records were last found or ingested; milliseconds since 1970. */
  movedMs: number;
  /** By lane. */
  readonly inHand: Map<number, WorkInHand>;
  /** A commit that runs outside of any batch. */
  commit: CommitInHand | null;
  /** When the last one began, in milliseconds since 1970. */
  commitMs: number;
  /** Counts changes, so that a lane can wait for one. */
  changes: number;
}

export function createRun(identity: RunIdentity, carried: PipelineState | undefined): PipelineRun {
  const isShared = patched(SHARED_WAIT);
  return {
    identity,
    state: carried ?? null,
    pause: carried?.pause ?? null,
    drain: null,
    drainReason: '',
    interruptible: new Set(),
    waits: createWaits(isShared),
    sharing: patched(EVEN_SHARES) ? 'even' : 'byLag',
    dealsLanes: patched(GATHERED_LANES),
    looks: new Map(),
    startsDue: isShared && carried !== undefined,
    movedMs: Date.now(),
    inHand: new Map(),
    commit: null,
    commitMs: 0,
    changes: 0,
  };
}

export function lookOf(run: PipelineRun, lane: number): LaneLook {
  return run.looks.get(lane) ?? { due: run.startsDue, lookedAtMs: null };
}

/** Between batches, gives all partitions to one lane if there is little to move. `seen` becomes the last look of every lane. */
export function withLanesDealt(
  run: PipelineRun,
  state: PipelineState,
  seen?: LaneLook,
): PipelineState {
  if (!run.dealsLanes || run.inHand.size > 0) return state;
  const dealt = dealLanes(state);
  if (dealt !== state && seen !== undefined) {
    for (let lane = 0; lane < state.lanes; lane += 1) run.looks.set(lane, seen);
  }
  return dealt;
}

/** Gives the partitions that the first lane's batch does not cover to other lanes, because that batch does not end. */
export function freeOthers(run: PipelineRun, { partitions }: WorkInHand): void {
  // The expected wait covers the partitions that the first lane had alone, and other lanes now have some of them.
  run.waits.expected.clear();
  for (let lane = 1; lane < stateOf(run).lanes; lane += 1) {
    run.looks.set(lane, { due: true, lookedAtMs: null });
  }
  update(run, freeLanes(stateOf(run), partitions));
}

export function stateOf(run: PipelineRun): PipelineState {
  if (run.state === null) throw new Error('A lane ran before its settings were resolved');
  return run.state;
}

/** Replaces the state and shows the new one. */
export function update(run: PipelineRun, state: PipelineState): void {
  sayNotStored(run.state, state);
  sayUnavailable(run.state, state);
  run.state = state;
  changed(run);
}

/** Logs one line at the start of a run, and whenever the list changes. */
function sayNotStored(before: PipelineState | null, { target, settings }: PipelineState): void {
  const list = ({ notStored = [] }: PipelineState['target']) =>
    notStored.map(({ column, why, fix }) => `${column}: ${why}: ${fix}`);
  const [known, found] = [before === null ? [] : list(before.target), list(target)];
  if (found.length === 0 || found.join() === known.join()) return;
  log.warn(
    `Not everything is stored: ${settings.table} lacks ${counted(found.length, 'column', 'columns')}`,
    {
      notStored: found,
    },
  );
}

/** Logs one line when a leader stops answering, and one when its partitions can be read again. */
function sayUnavailable(before: PipelineState | null, state: PipelineState): void {
  const [known, found] = [toldUnavailable(before ?? {}), toldUnavailable(state)];
  const began = found.filter((each) => !isAmong(known, each));
  const ended = known.filter((each) => !isAmong(found, each));
  if (began.length > 0) {
    log.warn(
      `${counted(began.length, 'partition', 'partitions')} can't be read at the moment; the others continue`,
      {
        partitions: began.map(({ partition, why, broker, sinceMs }) => {
          const since = new Date(sinceMs).toISOString();
          return `${partition}: ${reason({ why, broker })} (since ${since})`;
        }),
      },
    );
  }
  if (ended.length > 0) {
    const partitions = ended.map(({ partition }) => partition);
    log.info(`${counted(ended.length, 'partition', 'partitions')} can be read again`, {
      partitions,
    });
  }
}

function isAmong(
  list: readonly { readonly partition: number }[],
  { partition }: { readonly partition: number },
): boolean {
  return list.some((each) => each.partition === partition);
}

/** Makes waiting lanes look at the state again, and refreshes the details page. */
export function changed(run: PipelineRun): void {
  run.changes += 1;
  show(run);
}

function show(run: PipelineRun): void {
  const status = statusOf(run);
  const { workflowId, memo: shown } = workflowInfo();
  setCurrentDetails(detailsPage({ status, state: run.state, workflowId, nowMs: Date.now() }));
  // These two drains end by themselves, and each memo update adds an event to the history.
  if (run.drain === 'continue' || run.drain === 'configure') return;
  const memo = pipelineMemo(status, run.state);
  if (memo === null || isShown(memo, shown?.[MEMO_NAME])) return;
  upsertMemo({ [MEMO_NAME]: memo });
  const { detail, guarantee, holds } = status;
  const told = {
    ...memo,
    detail,
    guarantee,
    holds: holds.map(({ reason, detail: why }) => `${reason}: ${why}`),
  };
  if (memo.state === 'held') log.warn('The pipeline is held', told);
  else log.info(`The pipeline is ${memo.state}`, told);
}

export function interruptWaits(run: PipelineRun): void {
  for (const scope of run.interruptible) scope.cancel();
  run.interruptible.clear();
}

/** Runs a lane's activity so that a drain can see it, and cancel it if it can't finish. */
export async function withInHand<T>(
  run: PipelineRun,
  lane: number,
  {
    start,
    ...work
  }: Pick<WorkInHand, 'what' | 'partitions'> & { readonly start: () => Promise<T> },
): Promise<T> {
  const scope = new CancellationScope();
  run.inHand.set(lane, { ...work, lane, since: new Date().toISOString(), scope });
  show(run);
  try {
    return await scope.run(start);
  } finally {
    run.inHand.delete(lane);
  }
}

export function requestDrain(run: PipelineRun, drain: Drain, reason = ''): void {
  if (run.drain !== null && DRAINS.indexOf(drain) <= DRAINS.indexOf(run.drain)) return;
  run.drain = drain;
  run.drainReason = reason;
  interruptWaits(run);
  changed(run);
}

export function statusOf(run: PipelineRun): PipelineStatus {
  const { state, pause, drain, drainReason, inHand } = run;
  if (state === null) {
    return startingStatus('resolving the settings: querying Kafka and ClickHouse');
  }
  const words = drain && DRAIN_WORDS[drain] + (drainReason ? ` (${drainReason})` : '');
  const works = [...inHand.values()].map(({ lane, what, since, waitsFor }) => {
    return { lane, what, since, ...(waitsFor !== undefined && { waitsFor }) };
  });
  return pipelineStatus(state, { pause, draining: words, inHand: works });
}
