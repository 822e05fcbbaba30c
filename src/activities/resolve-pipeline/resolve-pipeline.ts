import { Context } from '@temporalio/activity';
import { hasPlaces } from '../../domain/records/lineage.js';
import { committedEpochs, NO_LEADER_EPOCH } from '../../domain/log/leader-epochs.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import type { OffsetRange } from '../../domain/records/offset-range.js';
import {
  completeSettings,
  type PipelineSettings,
  type SettingsDefaults,
} from '../../domain/pipeline/settings.js';
import { hasEndedBeside } from './pipelines-beside.js';
import type { Flow } from '../../domain/pipeline/side-by-side.js';
import { startNotes } from '../../domain/status/start-notes.js';
import { firstPartitions, newestEpochs, startRule } from '../../domain/pipeline/start-position.js';
import type { ResolvedPipeline } from '../../domain/pipeline/state.js';
import type { Target } from '../../domain/table/target.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import type { WorkflowLookUp } from '../../domain/ports/workflows.js';
import { currentExecution } from '../attempt/execution.js';
import type { ResolveInput } from '../index.js';
import { decision } from '../attempt/failures.js';
import { decidedOffsets, endOffsets } from './resolve-offsets.js';
import { resolveLog } from './resolve-log.js';
import { namedTable, namedTopic, resolving } from '../attempt/resolving.js';
import { standAlone, type Starting, stayBehindOthers } from './other-pipelines.js';
import { startOffsets } from './start-offsets.js';

export interface ResolveDependencies {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly workflows: WorkflowLookUp;
  readonly contracts: Pick<ContractRegistry, 'assertHas'>;
  readonly defaults: SettingsDefaults;
}

/**
 * Completes the input from the worker's environment, finds or creates the tables, and determines where every partition starts
 * and ends.
 */
export function resolvePipeline(
  input: ResolveInput,
  dependencies: ResolveDependencies,
): Promise<ResolvedPipeline> {
  return resolving(() => resolve(input, dependencies));
}

async function resolve(
  input: ResolveInput,
  dependencies: ResolveDependencies,
): Promise<ResolvedPipeline> {
  const { source, tables, contracts, defaults } = dependencies;
  contracts.assertHas(input.contract);
  const asked = completeSettings(input, defaults);
  const name = namedTable(asked.settings.table, defaults.database);
  const lookedAtMs = Date.now();
  const topic = await decidedOffsets(source, namedTopic(asked.settings.topic));
  // After the topic, so that a misspelt topic does not create a table.
  const table = await tables.prepare(name, asked.settings);
  const target = withTopicId(table.target, topic.topicId);
  const { findable } = target;
  const settings: PipelineSettings = {
    ...asked.settings,
    existing: input.existing ?? (isBackfill(asked.settings) && findable ? 'skip' : 'insert'),
  };
  assertGuarantee(settings, target.guarantee);
  assertCanSkip(settings, findable);
  const hasLineage = hasPlaces(target.columns);
  const question = { input, settings, topic, table: name, target, hasLineage };
  const found = await resolveLog(question, dependencies);
  const { committed, decision: log } = found;
  const rule = startRule(settings, input);
  const flow = flowOf(settings, topic, { ...target, table: name });
  const run = { ...currentExecution(), settings, topic, table: name, flow };
  const starts = await startOffsets({ ...run, rule, committed }, dependencies);
  const justEnded = await hasJustEnded(run, dependencies);
  const until = await stayBehindOthers(
    await endOffsets(settings, topic, source),
    run,
    dependencies,
  );
  const left = settings.until === 'now' ? undecidedRanges(topic, until ?? []) : [];
  const partitions = firstPartitions({
    ...{ rule, starts, until, justEnded },
    newest: newestEpochs(found),
    firstEpoch: log.firstEpoch,
    existing: settings.existing,
    ends: topic.partitions.map(({ end }) => end),
  });
  // Comes last, because it keeps other pipelines from starting: nothing in this attempt may fail after it.
  if (until === null) await standAlone(run, dependencies);
  const { rereads } = partitions;
  const notes = startNotes({ settings, rule, starts, rereads, existing: input.existing });
  return {
    ...{ settings, target, notes },
    fromEnvironment: asked.fromEnvironment,
    failoverSeconds: defaults.failoverSeconds,
    topicId: topic.topicId,
    log,
    cursor: starts.map(({ offset }) => String(offset)),
    end: topic.partitions.map(({ end }) => String(end)),
    logEnd: topic.partitions.map(({ highWatermark }) => String(highWatermark)),
    lookedAtMs,
    ...(left.length > 0 && { leftUndecided: left }),
    logStart: topic.partitions.map(({ logStart }) => String(logStart)),
    epoch: partitions.epoch,
    until: until?.map((offset) => (offset === null ? null : String(offset))) ?? null,
    reconcileUntil: partitions.reconcileUntil.map(String),
    leaderEpochs: starts.map(({ offset, leaderEpoch }) => committedEpochs(leaderEpoch, offset)),
    endLeaderEpoch: topic.partitions.map(({ leaderEpoch = NO_LEADER_EPOCH }) => leaderEpoch),
    // Warnings about the table are part of its description, and change with it.
    warnings: [...found.warnings, ...notes, ...left.map(leftWarning)],
    uncommitted: starts.flatMap(({ by, partition }) => (by === 'committed' ? [] : [partition])),
    ...(rereads.length > 0 && { rereads }),
  };
}

function assertCanSkip({ existing, table }: PipelineSettings, findable: boolean): void {
  if (existing !== 'skip' || findable) return;
  throw decision(
    `"existing":"skip" needs a table that has the lineage columns and keeps every row: ${table} does not have these columns, or merges rows with equal keys`,
  );
}

function flowOf(
  { topic }: PipelineSettings,
  { topicId }: TopicOffsets,
  { table, tableId }: Pick<Target, 'table' | 'tableId'>,
): Flow {
  return { taskQueue: Context.current().info.taskQueue, topic, topicId, table, tableId };
}

/** Whether an earlier run, or another pipeline, has just ended: inserts that it has sent may still arrive. */
async function hasJustEnded(run: Starting, dependencies: ResolveDependencies): Promise<boolean> {
  const { workflowId, runId: exceptRunId } = run;
  const { workflows } = dependencies;
  if (await workflows.hasJustEnded(workflowId, { exceptRunId })) return true;
  return hasEndedBeside(run, dependencies);
}

/** `now` ends at the last stable offset. These are the ranges after it, which are not read, and which a warning reports. */
function undecidedRanges(
  { partitions }: TopicOffsets,
  until: readonly (number | null)[],
): readonly OffsetRange[] {
  return partitions
    .filter(({ partition, end, highWatermark }) => {
      // A run that ends where another pipeline is may end earlier.
      return end < highWatermark && until[partition] === end;
    })
    .map(({ partition, end, highWatermark }) => ({
      ...{ partition, first: String(end), end: String(highWatermark) },
    }));
}

function leftWarning({ partition, first, end }: OffsetRange): string {
  return `"until":"now" ends partition ${partition} at offset ${first}: a transaction was open there at the start, so the records from ${first} to ${end} could not be read. Run it again once the transaction has ended.`;
}

/** A run that only fills gaps: it reads a bounded range, and is not a replay, which inserts rows that are already there. */
function isBackfill({ until, replay }: PipelineSettings): boolean {
  return until !== null && replay !== true;
}

function assertGuarantee(
  settings: PipelineSettings,
  found: ResolvedPipeline['target']['guarantee'],
) {
  if (settings.guarantee !== 'exactly-once' || found.level === 'exactly-once') return;
  throw decision(
    `"guarantee":"exactly-once" was requested, but ${settings.table} provides ${found.level === 'none' ? 'no guarantee' : found.level}: ${found.why.join('; ')}`,
  );
}
