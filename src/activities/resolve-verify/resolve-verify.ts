import type { PlannedContract } from '../../domain/table/planned-contract.js';
import { hasPlaces } from '../../domain/records/lineage.js';
import { TableUnfit, TopicMissing } from '../../domain/errors.js';
import { isOfLog, logOf, storedTopicId } from '../../domain/log/log.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import type { VerifyInput } from '../../domain/verify/public-types.js';
import type { SettingsDefaults } from '../../domain/pipeline/settings.js';
import type { ColumnDescription } from '../../domain/table/description.js';
import { type TableName, writtenName } from '../../domain/table/table-name.js';
import type { Target } from '../../domain/table/target.js';
import { committedIn, whichLog } from '../../domain/pipeline/which-log.js';
import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { OpenProducer, RecordSource } from '../../domain/ports/record-source.js';
import type { TableContents } from '../../domain/ports/table-contents.js';
import type { EpochExtent } from '../../domain/records/offset-range.js';
import { isLogAnother, reachesOf } from '../../domain/verify/epochs.js';
import { originDoubts, originNotes } from '../../domain/verify/origins.js';
import { type ContentPlan, contentPlan } from '../../domain/verify/content-plan.js';
import type { PartitionPlan, VerifyPlan } from '../../domain/verify/plan.js';
import { decidedOffsets } from '../resolve-pipeline/resolve-offsets.js';
import { decision } from '../attempt/failures.js';
import { namedTable, namedTopic, resolving } from '../attempt/resolving.js';
import { undecidedNotes, type VerifyRange, verifyRanges } from './verify-ranges.js';

export interface ResolveVerifyDependencies {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly contents: TableContents;
  readonly contracts: Pick<ContractRegistry, 'assertHas'>;
  readonly defaults: SettingsDefaults;
}

/** Completes the input from the worker's environment, and determines what is compared with what. Changes nothing. */
export function resolveVerify(
  input: VerifyInput,
  dependencies: ResolveVerifyDependencies,
): Promise<VerifyPlan> {
  // Report a missing topic or an unfit table as the answer, instead of waiting for it to change.
  const isAnswer = (error: unknown) => error instanceof TopicMissing || error instanceof TableUnfit;
  return resolving(() => resolve(input, dependencies), isAnswer);
}

async function resolve(
  input: VerifyInput,
  dependencies: ResolveVerifyDependencies,
): Promise<VerifyPlan> {
  const { source, groups, contents, defaults } = dependencies;
  const topic = namedTopic(input.topic ?? defaults.topic);
  const groupId = input.groupId ?? defaults.groupId;
  const { table, target, hasDeadLetters, columns } = await findTable(input, dependencies);
  const before = await source.offsets(topic);
  const committed = await groups.committed(groupId, topic);
  const hasLineage = hasPlaces(target.columns);
  const content = resolveContent(input, { table, target, columns });
  // Read the tables before the ends of the log, so that a row beyond the end must come from another log.
  const [rows, letters, tableRows] = await Promise.all([
    hasLineage ? contents.rowExtents(table, topic) : [],
    hasDeadLetters ? contents.letterExtents(table, topic) : [],
    hasLineage ? 0 : contents.countRows(table),
  ]);
  const topicId = storedTopicId(before.topicId);
  const evidence = { topic, topicId, rows, letters, committed, asked: input.log };
  const verdict = whichLog(evidence);
  const meant = logOf({ topic, topicId, log: verdict.decision });
  const starts = before.partitions.map(({ logStart }) => logStart);
  const below = hasLineage ? await contents.countRowsBelow(table, meant, starts) : [];
  const log = await decidedOffsets(source, topic);
  if (log.topicId !== before.topicId) {
    throw decision(`topic ${topic} was recreated while this verify started: start it again`);
  }
  const asked = { ...input, topic, groupId };
  const inLog = committedIn(meant, committed);
  const { ranges, notes } = await verifyRanges(asked, { log, committed: inLog }, source);
  const open = ranges.filter(({ logEnd, highWatermark }) => logEnd < highWatermark);
  const producers = await producersOf(topic, open, source);
  const extents = [...rows, ...letters].filter((extent) => isOfLog(meant, extent));
  return {
    topic,
    topicId: log.topicId,
    log: verdict.decision,
    groupId,
    ...(target.contract && {
      contract: content === undefined ? nameOf(target.contract) : target.contract,
    }),
    ...(content && { content }),
    table,
    hasDeadLetters,
    by: hasLineage ? 'offsets' : 'counts',
    keepsRows: target.findable,
    ...(target.guarantee.level === 'none' && { losesRows: target.guarantee.why[0] }),
    tableRows,
    rowsBeforeLog: below.reduce((sum, count) => sum + count, 0),
    partitions: ranges.map((range) => partitionPlan(range, extents)),
    doubts: [...ranges.flatMap((range) => logDoubt(range, extents)), ...originDoubts(verdict)],
    undecided: ranges.reduce((sum, { undecided }) => sum + undecided, 0),
    notes: [...originNotes(verdict, topic), ...undecidedNotes(open, producers), ...notes],
  };
}

interface FoundTable {
  readonly table: TableName;
  readonly target: Target;
  readonly hasDeadLetters: boolean;
  readonly columns: readonly ColumnDescription[];
}

async function findTable(
  input: Pick<VerifyInput, 'table' | 'contract'>,
  { contents, contracts, defaults }: ResolveVerifyDependencies,
): Promise<FoundTable> {
  const table = namedTable(input.table ?? defaults.table, defaults.database);
  contracts.assertHas(input.contract);
  const found = await contents.describe(table, input.contract);
  if (found === null) {
    throw decision(
      `${writtenName(table)} does not exist or can't be seen by this user: there is nothing to compare with`,
    );
  }
  return { table, ...found };
}

/** Undefined if only offsets are compared. */
function resolveContent(
  { compare, sample }: Pick<VerifyInput, 'compare' | 'sample'>,
  { table, target, columns }: Omit<FoundTable, 'hasDeadLetters'>,
): ContentPlan | undefined {
  if (compare !== 'content') return undefined;
  if (!hasPlaces(target.columns)) {
    throw decision(
      `${writtenName(table)} has no lineage columns: nothing shows which records its rows come from, so their content can't be compared. Compare offsets, or add the columns that the status of the pipeline lists`,
    );
  }
  const plan = contentPlan(target, columns, sample);
  if (plan.columns.length > 0) return plan;
  throw decision(
    `${writtenName(table)} has no column that the contract fills: there is no content to compare`,
  );
}

/** Comparing offsets needs none of the contract's columns. */
function nameOf({ name, hash }: PlannedContract): PlannedContract {
  return { name, hash };
}

function partitionPlan(range: VerifyRange, extents: readonly EpochExtent[]): PartitionPlan {
  const { partition, first, end, committed } = range;
  return { partition, first, end, committed, epochs: reachesOf(extents, partition) };
}

function logDoubt(
  { partition, logEnd }: VerifyRange,
  extents: readonly EpochExtent[],
): readonly string[] {
  const reaches = reachesOf(extents, partition);
  if (!isLogAnother(reaches, logEnd)) return [];
  const isKnown = extents.every(
    (extent) => extent.partition !== partition || extent.topicId !== '',
  );
  const why = isKnown
    ? 'its log was truncated'
    : 'the topic was recreated or its log was truncated';
  return [
    `Partition ${partition}: the table has rows up to offset ${reaches.at(-1)?.end ?? 0}, but the log ends at ${logEnd}: ${why}, so rows may be compared with records that they do not come from.`,
  ];
}

async function producersOf(
  topic: string,
  open: readonly VerifyRange[],
  source: RecordSource,
): Promise<ReadonlyMap<number, OpenProducer>> {
  if (open.length === 0) return new Map();
  const partitions = open.map(({ partition }) => partition);
  const found = await source.openProducers(topic, partitions).catch(() => []);
  return new Map(found.map((each) => [each.partition, each]));
}
