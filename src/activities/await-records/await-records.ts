import { Context } from '@temporalio/activity';
import { AWAIT_IDLE_MS, AWAIT_UNDECIDED_MS } from '../../domain/limits.js';
import { isAnotherTopic } from '../../domain/log/log.js';
import type { Divergence } from '../../domain/log/divergence.js';
import { NO_LEADER_EPOCH } from '../../domain/log/leader-epochs.js';
import type { AwaitInput, AwaitResult, SeenEnd } from '../../domain/pipeline/await-records.js';
import { allAvailable, type AvailableOffsets } from '../../domain/log/topic-offsets.js';
import { isTold } from '../../domain/planning/unavailable.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import { beating } from '../attempt/heartbeat.js';
import { createGroupWatch, offsetsOf, watchTable, watchUndecided } from './watches.js';
import type { Ticks } from './ticks.js';

export interface AwaitDependencies {
  readonly source: RecordSource;
  readonly tables: Pick<TableDirectory, 'describe'>;
  /** Shared by all waits of a worker. */
  readonly ticks: Ticks;
}

const POLL_MS_MIN = 50;
const POLL_MS_MAX = 500;

/** After this long without a record, polls become slower and are shared, so that many idle pipelines cost little. */
const BUSY_MS = 10_000;

/** Polls per interval, so that polling adds at most a tenth of the interval to a record's age. */
const POLLS_PER_INTERVAL = 10;

/**
 * Waits until a batch is worth planning: it is full, its first record has waited for the interval, or the topic or table has
 * changed. Returns `idle` after some minutes without any of these. Reads no records.
 */
export function awaitRecords(
  input: AwaitInput,
  dependencies: AwaitDependencies,
): Promise<AwaitResult> {
  return beating(() => poll(input, dependencies));
}

async function poll(
  input: AwaitInput,
  { source, tables, ticks }: AwaitDependencies,
): Promise<AwaitResult> {
  const context = Context.current();
  const startedMs = Date.now();
  const intervalMs = input.intervalSeconds * 1_000;
  const busyPollMs = Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, intervalMs / POLLS_PER_INTERVAL));
  const idleMs = (input.idleSeconds ?? AWAIT_IDLE_MS / 1_000) * 1_000;
  const groups = (input.groups ?? [input]).map((group) => createGroupWatch(group, intervalMs));
  const undecided = watchUndecided(input);
  const check = createLogCheck(input, source);
  const table = watchTable(input, tables);
  for (;;) {
    const lookedAtMs = Date.now();
    const topic = await look(input, source);
    const diverged = await check(topic);
    const until = await untilOffsets(input, topic, source);
    const dues = groups.map((group) => group.saw(topic, lookedAtMs));
    undecided.saw(topic, lookedAtMs);
    const answer = async (why: AwaitResult['why']) => ({
      ...toResult(input, topic, { lookedAtMs, until, diverged, why }),
      ...(await undecided.told(source)),
    });

    if (isAnother(input, topic) || diverged.length > 0) return answer('changed');
    if (dues.includes('full')) return answer('full');
    if (dues.includes('interval')) return answer('interval');
    if (until !== null && isFound(input, until)) return answer('interval');
    const foundTarget = await table.look(lookedAtMs);
    if (foundTarget !== null) return { ...(await answer('table')), foundTarget };
    const dueAtMs = Math.min(...groups.map((group) => group.dueAtMs()));
    const isWaiting = dueAtMs < Infinity;
    if (!isWaiting && isNews(input, topic, lookedAtMs)) return answer('idle');
    const waitedMs = lookedAtMs - startedMs;
    const patienceMs = undecided.isOpen() ? Math.min(idleMs, AWAIT_UNDECIDED_MS) : idleMs;
    if (!isWaiting && waitedMs >= patienceMs) return answer('idle');
    if (!isWaiting && waitedMs >= BUSY_MS) {
      await ticks.next(POLL_MS_MAX);
      if (context.cancellationSignal.aborted) await context.cancelled;
    } else {
      await context.sleep(Math.max(1, Math.min(busyPollMs, dueAtMs - Date.now())));
    }
  }
}

/** Workflows of older releases expect offsets of every partition. */
async function look(
  { topic, unavailable }: AwaitInput,
  source: RecordSource,
): Promise<AvailableOffsets> {
  if (unavailable !== undefined) return source.availableOffsets(topic);
  return allAvailable(await source.offsets(topic));
}

/** Whether a leader has stopped answering for some time, or answers again, and the workflow does not know it yet. */
function isNews(input: AwaitInput, { unavailable }: AvailableOffsets, nowMs: number): boolean {
  const { partitions, watched = [], unavailable: known = [] } = input;
  const mine = new Set([...partitions, ...watched]);
  const missing = unavailable.filter(({ partition }) => mine.has(partition));
  const isMissing = (partition: number) => missing.some((each) => each.partition === partition);
  return (
    missing.some((each) => isTold(each, nowMs) && !known.includes(each.partition)) ||
    known.some((partition) => !isMissing(partition))
  );
}

/** Compares the logs with what was read from them, on the first look and whenever a partition has another leader. */
function createLogCheck(
  { topic: name, topicId, partitions, cursors, leaderEpochs = [] }: AwaitInput,
  source: RecordSource,
): (topic: AvailableOffsets) => Promise<readonly Divergence[]> {
  const positions = partitions.map((partition, index) => {
    const end = Number(cursors[index]);
    return { partition, end, leaderEpochs: leaderEpochs[index] ?? [] };
  });
  let checked: string | null = null;
  return async (topic) => {
    // The leader epochs of another topic can't be compared with those of the topic that was read.
    if (isAnotherTopic(topicId, topic.topicId)) return [];
    const leaders = JSON.stringify(partitions.map((each) => offsetsOf(topic, each)?.leaderEpoch));
    if (leaders === checked) return [];
    const answered = positions.filter(({ partition }) => offsetsOf(topic, partition) !== null);
    const { diverged, unanswered } = await source.divergencesSoon(name, answered);
    // If some leaders did not answer, the next look asks them again, and so does each batch before it reads.
    if (unanswered.length === 0) checked = leaders;
    return diverged;
  };
}

/** The offsets where the `until` timestamp of a bounded run falls. Read after the log ends, to account for all records below. */
async function untilOffsets(
  { untilMs, partitions, topic }: AwaitInput,
  seen: AvailableOffsets,
  source: RecordSource,
): Promise<readonly (number | null)[] | null> {
  if (untilMs === null) return null;
  const answered = [...seen.partitions.keys()];
  const found = await source.offsetsAtSoon(topic, untilMs, answered);
  const passed = Date.now() - untilMs > CLOCK_SKEW_MS;
  return partitions.map((partition) => {
    const offset = found.get(partition);
    // The leader did not answer: the next look asks again.
    if (offset === undefined) return null;
    if (offset !== null || !passed) return offset;
    const ends = offsetsOf(seen, partition);
    return ends !== null && ends.end === ends.highWatermark ? ends.end : null;
  });
}

/** For this long after an instant, producers and brokers with slow clocks may still write records with that timestamp. */
const CLOCK_SKEW_MS = 60_000;

/** Whether some lane knows the `until` offsets of all its partitions, so that it has work. */
function isFound(input: AwaitInput, until: readonly (number | null)[]): boolean {
  const offsets = new Map(input.partitions.map((partition, index) => [partition, until[index]]));
  return (input.groups ?? [input]).some(({ partitions }) =>
    partitions.every((partition) => (offsets.get(partition) ?? null) !== null),
  );
}

function isAnother(input: AwaitInput, topic: AvailableOffsets): boolean {
  if (isAnotherTopic(input.topicId, topic.topicId)) return true;
  // Kafka never removes partitions: only a recreated topic may have fewer.
  if (topic.partitionCount > input.partitionCount) return true;
  return input.partitions.some((partition, index) => {
    const ends = offsetsOf(topic, partition);
    const cursor = Number(input.cursors[index]);
    // Not compared with the last stable offset, because consumers that read uncommitted records commit offsets beyond it.
    return ends !== null && (cursor < ends.logStart || cursor > ends.highWatermark);
  });
}

function toResult(
  { partitions, cursors, untilMs, watched, unavailable: toldBefore }: AwaitInput,
  topic: AvailableOffsets,
  seen: {
    readonly lookedAtMs: number;
    readonly until: readonly (number | null)[] | null;
    readonly diverged: readonly Divergence[];
    readonly why: AwaitResult['why'];
  },
): AwaitResult {
  const known = partitions.map((partition, index) => {
    const at = Number(cursors[index]);
    return offsetsOf(topic, partition) ?? { partition, logStart: at, end: at, highWatermark: at };
  });
  const mine = new Set([...partitions, ...(watched ?? [])]);
  const unavailable = topic.unavailable.filter(({ partition }) => mine.has(partition));
  return {
    lookedAtMs: seen.lookedAtMs,
    topicId: topic.topicId,
    partitionCount: topic.partitionCount,
    ends: known.map(({ end }) => String(end)),
    logEnds: known.map(({ highWatermark }) => String(highWatermark)),
    ...(watched && { watched: watched.flatMap((partition) => seenEnd(topic, partition)) }),
    ...(toldBefore && unavailable.length > 0 && { unavailable }),
    logStarts: known.map(({ logStart }) => String(logStart)),
    endLeaderEpochs: known.map(({ leaderEpoch = NO_LEADER_EPOCH }) => leaderEpoch),
    ...(seen.diverged.length > 0 && { diverged: seen.diverged }),
    until:
      untilMs === null
        ? null
        : (seen.until?.map((at) => (at === null ? null : String(at))) ?? null),
    why: seen.why,
  };
}

function seenEnd(topic: AvailableOffsets, partition: number): readonly SeenEnd[] {
  const ends = offsetsOf(topic, partition);
  if (ends === null) return [];
  const { end, highWatermark, leaderEpoch } = ends;
  return [{ partition, end: String(end), logEnd: String(highWatermark), leaderEpoch }];
}
