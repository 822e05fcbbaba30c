import { isOfLog, type Log, type LogDecision, logOf, storedTopicId } from '../../domain/log/log.js';
import type { PipelineInput, PipelineSettings } from '../../domain/pipeline/settings.js';
import { type TableName, writtenName } from '../../domain/table/table-name.js';
import type { Target } from '../../domain/table/target.js';
import {
  amountOf,
  committedIn,
  listedIds,
  type LogVerdict,
  whichLog,
} from '../../domain/pipeline/which-log.js';
import type { CommittedOffset, GroupOffsets } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import type { EpochExtent } from '../../domain/records/offset-range.js';
import { decision } from '../attempt/failures.js';

/** The log that a pipeline reads, and what the table and the group already hold of it. */
export interface ResolvedLog {
  readonly log: Log;
  readonly decision: LogDecision;
  readonly rows: readonly EpochExtent[];
  readonly letters: readonly EpochExtent[];
  readonly committed: readonly CommittedOffset[];
  readonly warnings: readonly string[];
}

export interface LogQuestion {
  readonly input: Pick<PipelineInput, 'log'>;
  readonly settings: PipelineSettings;
  readonly topic: TopicOffsets;
  readonly table: TableName;
  readonly target: Target;
  /** The table has lineage columns: rows say which records they come from. */
  readonly hasLineage: boolean;
}

interface Sources {
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
}

/** Determines which log is read, and which log the rows and dead letters belong to. Fails the run if only a person can know. */
export async function resolveLog(
  question: LogQuestion,
  { groups, tables }: Sources,
): Promise<ResolvedLog> {
  const { input, settings, topic, table, target, hasLineage } = question;
  const [committed, found] = await Promise.all([
    groups.committed(settings.groupId, settings.topic),
    hasLineage ? tables.extents(table, settings.topic) : { rows: [], letters: [] },
  ]);
  const topicId = storedTopicId(topic.topicId);
  const evidence = { topic: settings.topic, topicId, ...found, committed, asked: input.log };
  const verdict = whichLog(evidence);
  if (verdict.kind === 'open') throw whoseRows(question, verdict);
  const log = logOf({ ...topic, topic: settings.topic, log: verdict.decision });
  const own = committedIn(log, committed);
  assertMirrored(found.rows, log, question);
  return {
    log,
    decision: verdict.decision,
    rows: found.rows.filter((extent) => isOfLog(log, extent)),
    letters: found.letters.filter((extent) => isOfLog(log, extent)),
    committed: own,
    warnings: [
      ...othersWarning(question, verdict),
      ...(target.columns.includes('_topic_id') ? unknownWarning(question, verdict) : []),
      ...committedWarning(question, { committed, own }),
    ],
  };
}

function whoseRows(
  { settings, table, topic }: LogQuestion,
  { others, unknown }: LogVerdict,
): ReturnType<typeof decision> {
  const found =
    others.length > 0
      ? `${amountOf(others)} of topic "${settings.topic}" from another log (topic id ${listedIds(others)}; it is ${topic.topicId} in Kafka): the topic was recreated, or the brokers belong to another cluster`
      : `${amountOf(unknown)} of topic "${settings.topic}" that do not say which log they belong to, and group ${settings.groupId} has no offsets in it: the topic may have been recreated, or the brokers may belong to another cluster`;
  return decision(
    `${writtenName(table)} holds ${found}. If the topic now has other records, start with "log":"new": the rows in the table are then ignored. If it has the same records at the same offsets, as an offset-preserving mirror does, start with "log":"same": the rows then count as rows of this topic`,
  );
}

/** A mirror that lacks records may give their offsets to other records, and rows of the original would be taken for those. */
function assertMirrored(
  rows: readonly EpochExtent[],
  log: Log,
  { settings, table, topic }: LogQuestion,
): void {
  if (log.sameAs.length === 0) return;
  for (const { topicId, partition, end } of rows) {
    const logEnd = topic.partitions[partition]?.end ?? 0;
    if (!log.sameAs.includes(topicId) || end <= logEnd) continue;
    throw decision(
      `"log":"same" was given, but ${writtenName(table)} holds rows of topic "${settings.topic}" (topic id ${topicId}) up to offset ${end} of partition ${partition}, and the log ends at ${logEnd}: records that the table already has are missing from the log. Start again once the mirror has caught up. If it never will, start with "log":"new", and set \`from\` to the offsets at which its own records begin`,
    );
  }
}

function othersWarning(
  { settings, table }: LogQuestion,
  { decision: { choice }, others }: LogVerdict,
): readonly string[] {
  if (choice !== null || others.length === 0) return [];
  return [
    `${writtenName(table)} also holds ${amountOf(others)} of topic "${settings.topic}" from another log (topic id ${listedIds(others)}): they are ignored. If the topic is an offset-preserving mirror of that log, start with "log":"same"`,
  ];
}

function unknownWarning(
  { settings, table }: LogQuestion,
  { decision: { choice }, unknown }: LogVerdict,
): readonly string[] {
  if (choice !== null || unknown.length === 0) return [];
  return [
    `${writtenName(table)} holds ${amountOf(unknown)} of topic "${settings.topic}" that do not say which log they belong to: they count as rows of this log`,
  ];
}

function committedWarning(
  { settings }: LogQuestion,
  offsets: {
    readonly committed: readonly CommittedOffset[];
    readonly own: typeof offsets.committed;
  },
): readonly string[] {
  const ignored = offsets.committed.filter(
    ({ offset }, index) => offset !== null && offsets.own[index]?.offset === null,
  );
  if (ignored.length === 0) return [];
  return [
    `group ${settings.groupId} has offsets that were committed for another log, in ${ignored.length} partitions of topic "${settings.topic}": they are ignored`,
  ];
}
