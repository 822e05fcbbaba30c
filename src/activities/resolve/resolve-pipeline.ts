import { LINEAGE_COLUMNS } from '../../domain/batch/lineage.js';
import type {
  OffsetRange,
  PipelineInput,
  PipelineSettings,
} from '../../domain/pipeline/public-types.js';
import { completeSettings, type SettingsDefaults } from '../../domain/pipeline/settings.js';
import type { ResolvedPipeline } from '../../domain/pipeline/state.js';
import type {
  GroupOffsets,
  NewestRow,
  RecordSource,
  TableDirectory,
  TopicOffsets,
  WorkflowLookUp,
} from '../../domain/ports.js';
import { currentExecution } from '../execution/execution.js';
import { decision } from './decision.js';
import { decidedOffsets } from './decided-offsets.js';
import { endOffsets, startOffsets } from './resolve-offsets.js';
import { namedTable, resolving } from './resolving.js';
import { stayBehindOthers } from './stay-behind-others.js';

export interface ResolveDependencies {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly workflows: WorkflowLookUp;
  readonly defaults: SettingsDefaults;
}

/**
 * Completes the input from the worker's environment, finds or makes the tables, and fixes where every partition starts
 * and ends.
 */
export function resolvePipeline(
  input: PipelineInput,
  dependencies: ResolveDependencies,
): Promise<ResolvedPipeline> {
  return resolving(() => resolve(input, dependencies));
}

async function resolve(
  input: PipelineInput,
  dependencies: ResolveDependencies,
): Promise<ResolvedPipeline> {
  const { source, tables, workflows, defaults } = dependencies;
  const asked = completeSettings(input, defaults);
  const name = namedTable(asked.settings.table, defaults.database);
  const lookedAtMs = Date.now();
  const [topic, table] = await Promise.all([
    decidedOffsets(source, asked.settings.topic),
    tables.prepare(name, asked.settings),
  ]);
  const { target } = table;
  const lineage = LINEAGE_COLUMNS.every(({ name }) => target.columns.includes(name));
  const { findable } = target;
  const settings: PipelineSettings = {
    ...asked.settings,
    existing: input.existing ?? (asked.settings.until !== null && findable ? 'skip' : 'insert'),
  };
  assertGuarantee(settings, target.guarantee);
  if (settings.existing === 'skip' && !findable) {
    throw decision(
      `existing "skip" needs a table whose rows say which record they are, and stay: ${settings.table} lacks the lineage columns, or merges rows of equal keys`,
    );
  }
  const newest = lineage ? await tables.newestRows(name, settings.topic) : [];
  const start = await startOffsets(settings, topic, { ...dependencies, table: name });
  const replay = !start.mayBeThere && settings.existing === 'insert';
  const { workflowId, runId } = currentExecution();
  const justEnded = await workflows.hasJustEnded(workflowId, { exceptRunId: runId });
  const run = { workflowId, settings, topic, table: name };
  const until = await stayBehindOthers(
    await endOffsets(settings, topic, source),
    run,
    dependencies,
  );
  const left = settings.until === 'now' ? undecidedRanges(topic, until ?? []) : [];
  return {
    settings,
    fromEnvironment: asked.fromEnvironment,
    target,
    topicId: topic.topicId,
    cursor: start.offsets.map(String),
    end: topic.partitions.map(({ end }) => String(end)),
    logEnd: topic.partitions.map(({ highWatermark }) => String(highWatermark)),
    lookedAtMs,
    ...(left.length > 0 && { leftUndecided: left }),
    logStart: topic.partitions.map(({ logStart }) => String(logStart)),
    epoch: topic.partitions.map(({ partition, end }) => {
      const row = newest.find((each) => each.partition === partition);
      const first = start.offsets[partition] ?? 0;
      return row === undefined ? 0 : epochAfter(row, replay ? first : end);
    }),
    until: until?.map((offset) => (offset === null ? null : String(offset))) ?? null,
    reconcileUntil: topic.partitions.map(({ partition, end }) => {
      // An intended replay looks for nothing: its rows are meant to be there twice.
      if (!start.mayBeThere) return '0';
      const row = newest.find((each) => each.partition === partition);
      return String(Math.max(row === undefined ? 0 : row.offset + 1, justEnded ? end : 0));
    }),
    warnings: [...table.warnings, ...left.map(leftWarning)],
  };
}

/** `now` ends where records are decided: what lies behind an open transaction is not read, and said not to be. */
function undecidedRanges(
  { partitions }: TopicOffsets,
  until: readonly (number | null)[],
): readonly OffsetRange[] {
  return partitions
    .filter(({ partition, end, highWatermark }) => {
      // A run that stays behind another pipeline ends before.
      return end < highWatermark && until[partition] === end;
    })
    .map(({ partition, end, highWatermark }) => ({
      ...{ partition, first: String(end), end: String(highWatermark) },
    }));
}

function leftWarning({ partition, first, end }: OffsetRange): string {
  return `"until":"now" ends partition ${partition} at offset ${first}: a transaction was open there at the start, so that the records from ${first} to ${end} could not be read. Run it again once the transaction has ended.`;
}

function assertGuarantee(
  settings: PipelineSettings,
  found: ResolvedPipeline['target']['guarantee'],
) {
  if (settings.guarantee !== 'exactly-once' || found.level === 'exactly-once') return;
  throw decision(
    `exactly-once was asked for, but ${settings.table} gives ${found.level === 'none' ? 'no guarantee' : found.level}: ${found.why.join('; ')}`,
  );
}

/**
 * Rows beyond the end of the log are of an earlier topic of this name, and rows that are read again by intention must be
 * told from those that are there: either way what is read now is a new epoch.
 */
function epochAfter(newest: NewestRow, limit: number): number {
  return newest.offset < limit ? newest.epoch : newest.epoch + 1;
}
