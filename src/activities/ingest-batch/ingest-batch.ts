import { cancellationSignal, Context } from '@temporalio/activity';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockBuilder } from '../../domain/blocks/block-builder.js';
import type { KnownDeadLetter } from '../../domain/blocks/block.js';
import type { BatchOutcome, BatchPlan } from '../../domain/pipeline/batch-plan.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import { BatchTooLarge, OffsetOutOfRange } from '../../domain/errors.js';
import { PartitionUnavailable } from '../../domain/log/topic-offsets.js';
import { FETCH_AHEAD_BYTES } from '../../domain/limits.js';
import { logOf } from '../../domain/log/log.js';
import { watchLeaderEpochs } from './epoch-watch.js';
import { heldOutOfRange, heldTooLarge } from '../../domain/planning/new-holds.js';
import type { DeadLetterTable } from '../../domain/ports/dead-letter-table.js';
import type { EventTable } from '../../domain/ports/event-table.js';
import type { FetchedRecords, RecordSource } from '../../domain/ports/record-source.js';
import type { PipelineMessages } from '../../domain/ports/workflows.js';
import { attemptName, currentExecution } from '../attempt/execution.js';
import { startPulse } from '../attempt/heartbeat.js';
import type { BatchAttempt } from './batch-attempt.js';
import { checkBatch, type CheckDependencies } from './batch-checks.js';
import { type BatchReport, createBatchReport } from './batch-report.js';
import { checkLog, failIfTruncated, failWhereTruncated } from './check-log.js';
import { offsetsLag } from '../../domain/planning/uncommitted.js';
import { commitBatch } from '../commit-offsets.js';
import { contractChange } from './table-check.js';
import { lookAfter, mayEndEarly, unavailableOf } from './topic-news.js';
import { type BlockStep, ingestBlock } from './ingest-block.js';
import { createIsolation } from './isolation.js';
import type { LogReports } from './log-reports.js';
import { createPhases } from './phases.js';
import { readBlocks } from './read-blocks.js';
import type { ReadMemories } from '../attempt/read-memory.js';
import { heldIfRepeated } from './refused-holds.js';
import { createRecount } from './recount.js';
import { createRepeatedFailures } from './repeated-failures.js';
import { createWaiting } from '../attempt/running-inserts.js';
import { startSendGuard } from '../attempt/fencing.js';

export interface IngestDependencies extends CheckDependencies {
  readonly source: RecordSource;
  readonly events: EventTable;
  readonly deadLetters: DeadLetterTable;
  readonly memory: ReadMemories;
  readonly reports: LogReports;
  readonly messages: PipelineMessages;
  readonly contracts: Pick<ContractRegistry, 'of' | 'hasOtherVersion'>;
  /** Creates a builder of blocks with the limits of the plan. Records that are dead letters already (`known`) stay dead letters. */
  createBuilder(plan: BatchPlan, known: readonly KnownDeadLetter[]): BlockBuilder;
}

/**
 * Reads exactly the planned ranges, writes each record to the table or to the dead letters, and only then commits the offsets.
 * An attempt may follow an unfinished one of any worker: it finds what that one left behind, and completes it.
 */
export async function ingestBatch(
  plan: BatchPlan,
  dependencies: IngestDependencies,
): Promise<BatchOutcome> {
  const signal = cancellationSignal();
  const differences: string[] = [];
  const earlier: unknown = Context.current().info.heartbeatDetails;
  const recount = createRecount(earlier, (what) => {
    differences.push(what);
  });
  const execution = currentExecution();
  const failures = createRepeatedFailures(earlier, execution.attempt);
  const pulse = startPulse({ details: () => [...recount.counted(), failures.told()] });
  const guard = startSendGuard(dependencies.workflows, pulse);
  const waiting = createWaiting({ ...execution, ...plan }, dependencies.messages);
  const endReports = dependencies.reports.start({ ...execution, topic: plan.topic });
  const phases = createPhases();
  const ranges = plan.ranges.map(({ partition, epoch, first, end }) => ({
    partition,
    epoch,
    first: Number(first),
    end: Number(end),
  }));
  const epochs = watchLeaderEpochs(plan.ranges);
  const isolation = createIsolation(plan, failures);
  const attempt = {
    ...{ plan, log: logOf(plan), ranges, execution, guard, waiting, phases, recount, epochs },
    ...{ failures, isolation, signal },
  };
  try {
    const memory = await phases.during('waitMs', async () => {
      await untilMs(plan.notBeforeMs, signal);
      return dependencies.memory.take(plan.topic, memoryFor(plan), signal);
    });
    try {
      const outcome = await carryOut({ ...attempt, memory }, dependencies);
      const refusals = isolation.result(outcome.kind);
      return withWarnings({ ...outcome, refusals }, differences);
    } finally {
      memory.release();
    }
  } catch (error) {
    failures.ended(error);
    pulse.tellNext();
    throw error;
  } finally {
    endReports();
    guard.stop();
  }
}

function withWarnings(outcome: BatchOutcome, more: readonly string[]): BatchOutcome {
  return { ...outcome, warnings: [...outcome.warnings, ...more] };
}

async function carryOut(
  attempt: BatchAttempt,
  dependencies: IngestDependencies,
): Promise<BatchOutcome> {
  const { plan, phases, execution } = attempt;
  const lookedAtMs = Date.now();
  const topic = await phases.during('fetchMs', () =>
    dependencies.source.availableOffsets(plan.topic),
  );
  const change = await contractChange(plan, execution.attempt, dependencies);
  const checked =
    change === null
      ? await checkBatch(plan, topic, execution.workflowId, dependencies)
      : { ...change, mayNotCommit: null };
  const { held, found, replicatedId, mayNotCommit } = checked;
  const { epochs } = attempt;
  const about = { number: execution.attempt, phases, epochs, lookedAtMs, replicatedId };
  const report = createBatchReport(plan, topic, about);
  if (held !== null) return report.held(held);
  report.tableIs(found);
  if (change !== null) {
    report.warn(
      `Contract ${plan.contract?.name ?? ''} has changed: batch ${plan.batch} and later ones use the new version`,
    );
    return report.partial([]);
  }
  const isImpatient = await mayEndEarly(attempt, dependencies.events);
  const missing = unavailableOf(plan, topic);
  if (isImpatient && missing.length > 0) return report.partial(missing);
  const log = await phases.during('fetchMs', () =>
    checkLog(plan, { ranges: attempt.ranges, topic, source: dependencies.source, isImpatient }),
  );
  if (log.unanswered.length > 0) return report.partial(log.unanswered);
  const allowed = { ...attempt, ranges: log.ranges, isImpatient };
  const step = await ingestBlocks(allowed, report, dependencies);
  if (plan.fillsSkips) await fillSkips(allowed, report, dependencies);
  await phases.during('commitMs', async () => {
    const commit = async () =>
      mayNotCommit === null
        ? commitBatch(plan, report.ends(), dependencies.groups)
        : offsetsLag(plan.groupId, mayNotCommit);
    const [warning, seen] = await Promise.all([commit(), lookAfter(plan, dependencies.source)]);
    if (warning !== null) report.notCommitted(warning);
    if (seen !== null) report.topicIs(seen);
  });
  // Held before anything else is planned for these partitions: rows of the old end of the log must not count as rows of the new.
  if (log.held !== null) return report.held(log.held);
  switch (step.kind) {
    case 'next':
      return report.done();
    case 'recut':
      return report.recut(step.cut);
    case 'partial':
      return report.partial(step.unavailable);
    case 'held':
      return report.held(step.held);
  }
}

/** Ingests block after block, until the batch is done or must stop. */
async function ingestBlocks(
  attempt: BatchAttempt & { readonly isImpatient: boolean },
  report: BatchReport,
  dependencies: IngestDependencies,
): Promise<BlockStep> {
  const { plan, log, ranges, phases, memory, recount, signal, isImpatient } = attempt;
  const { source, deadLetters } = dependencies;
  if (ranges.length === 0) return { kind: 'next' };
  const maybeSent = plan.earlierSends !== 'none' || attempt.execution.attempt > 1;
  const letters = maybeSent ? await deadLetters.known(plan.table, log, ranges) : [];
  const known = plan.fillsSkips ? letters.filter(({ reason }) => reason !== 'skipped') : letters;
  const builder = dependencies.createBuilder(plan, known);
  const onOldest = (timestampMs: number) => {
    report.sawOldest(timestampMs);
  };
  try {
    let number = 0;
    const check = (fetched: FetchedRecords) => failWhereTruncated(fetched, attempt, source);
    const reading = {
      ...{ source, builder, signal, phases, memory, recount, onOldest, check },
      isImpatient,
    };
    const blocks = readBlocks(plan.topic, ranges, reading);
    for await (const block of blocks) {
      number += 1;
      try {
        const step = await ingestBlock(block, number, attempt, report, dependencies);
        if (step.kind !== 'next') return step;
      } finally {
        builder.release(block);
      }
    }
    return await settled(attempt);
  } catch (error) {
    // Records that were read but not sent are read again, because a block that holds less than planned has another token.
    if (error instanceof PartitionUnavailable) {
      return { kind: 'partial', unavailable: [error.unavailable] };
    }
    if (error instanceof BatchTooLarge) return { kind: 'held', held: heldTooLarge(error) };
    if (!(error instanceof OffsetOutOfRange)) throw error;
    await failIfTruncated(error.partition, attempt, source);
    return { kind: 'held', held: heldOutOfRange(error) };
  } finally {
    builder.close();
  }
}

/** At the end of a batch, refused rows become dead letters, unless the table accepted no row at all. */
export async function settled(attempt: BatchAttempt): Promise<BlockStep> {
  const suspects = attempt.isolation.withoutWitness();
  const [first] = suspects;
  if (first !== undefined) {
    const blocks = suspects.map(({ block }) => block);
    return { kind: 'held', held: heldIfRepeated(first.failed, blocks, attempt) };
  }
  await attempt.isolation.settle();
  return { kind: 'next' };
}

/** Removes the offsets that this batch has decided from the skipped ranges. */
async function fillSkips(
  { plan, log, ranges, execution, guard, signal }: BatchAttempt,
  report: BatchReport,
  { deadLetters }: IngestDependencies,
): Promise<void> {
  const ends = new Map(report.ends().map(({ partition, offset }) => [partition, offset]));
  const spans = ranges.flatMap((range) => {
    const end = ends.get(range.partition) ?? range.first;
    return end > range.first ? [{ ...range, end }] : [];
  });
  await guard.assertMaySend();
  await deadLetters.fillSkips(plan.table, log, spans, {
    token: attemptName(execution),
    batch: `${execution.workflowId}/${plan.batch}`,
    id: { ...execution, lane: plan.lane, batch: plan.batch, block: 0, send: 0 },
    signal,
  });
}

async function untilMs(instantMs: number, signal: AbortSignal): Promise<void> {
  const leftMs = instantMs - Date.now();
  if (leftMs > 0) await sleep(leftMs, undefined, { signal });
}

/**
 * Column buffers hold the bytes of the records and some overhead, and the fetches come on top. Columns of the reference reader
 * take more, because they are copied into the block.
 */
function memoryFor({ cut, expectedBytes, contract }: BatchPlan): number {
  const factor = contract === undefined ? 1.25 : 2.5;
  return Math.min(cut.maxBytes, expectedBytes) * factor + FETCH_AHEAD_BYTES;
}
