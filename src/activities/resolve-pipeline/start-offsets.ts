import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import {
  type PartitionBefore,
  type PartitionStart,
  partitionStart,
  type StartRule,
} from '../../domain/pipeline/start-position.js';
import type { TableName } from '../../domain/table/table-name.js';
import type { CommittedOffset } from '../../domain/log/group-offsets.js';
import type { TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import { decision } from '../attempt/failures.js';
import { namedOffsets, offsetInLog } from './resolve-offsets.js';
import { readableNumber } from '../../domain/readable-units.js';

interface Sources {
  readonly source: RecordSource;
  readonly tables: TableDirectory;
}

interface Run {
  readonly settings: PipelineSettings;
  readonly rule: StartRule;
  readonly topic: TopicOffsets;
  readonly table: TableName;
  /** The group's offsets in this log. */
  readonly committed: readonly CommittedOffset[];
}

/** Where every partition starts. */
export async function startOffsets(run: Run, sources: Sources): Promise<readonly PartitionStart[]> {
  const { settings, rule, topic } = run;
  const before = partitionsBefore(run);
  const isNew = before.every(({ committed }) => committed === null);
  if (settings.from === 'committed' && isNew) await assertNothingUnknown(run, sources);
  const isAsked =
    rule === 'continue' ? ({ committed }: PartitionBefore) => committed === null : all;
  const asked = before.filter(isAsked).map(({ partition }) => partition);
  const chosen =
    asked.length === 0
      ? new Map<number, number>()
      : await chosenOffsets(
          { settings, topic, asked, isNew: isNew || rule !== 'continue' },
          sources.source,
        );
  return before.map((each) => partitionStart(rule, each, chosen.get(each.partition) ?? null));
}

const all = () => true;

/** The range of a bounded run does not depend on the group, which is often a new one. */
function partitionsBefore({ rule, topic, committed: found }: Run): readonly PartitionBefore[] {
  const counted = rule === 'range' ? [] : found;
  const committed = new Map(counted.map((each) => [each.partition, each]));
  return topic.partitions.map(({ partition, logStart }) => {
    const { offset = null, leaderEpoch } = committed.get(partition) ?? {};
    return { partition, logStart, committed: offset, leaderEpoch };
  });
}

interface Choice {
  readonly settings: PipelineSettings;
  readonly topic: TopicOffsets;
  /** Partitions whose start `from` decides. */
  readonly asked: readonly number[];
  /** No run has applied `from` to this group before. */
  readonly isNew: boolean;
}

/**
 * The offsets that `from` gives to partitions. If the group has offsets for other partitions, one without an offset was added, or
 * its offset has expired. `latest` does not apply to it, because that would silently skip records that arrived in the meantime.
 */
async function chosenOffsets(
  { settings, topic, asked, isNew }: Choice,
  source: RecordSource,
): Promise<ReadonlyMap<number, number>> {
  const { from } = settings;
  const partitions = topic.partitions.filter(({ partition }) => asked.includes(partition));
  if (from === 'committed' || (from === 'latest' && !isNew)) return new Map();
  if (from === 'earliest')
    return new Map(partitions.map((each) => [each.partition, each.logStart]));
  if (from === 'latest') return new Map(partitions.map((each) => [each.partition, each.end]));
  if ('offsets' in from) {
    if (isNew) return new Map(namedOffsets('from', from.offsets, topic).entries());
    return new Map(
      partitions.flatMap((each) => {
        const offset = from.offsets[each.partition];
        return offset === undefined ? [] : [[each.partition, offsetInLog('from', each, offset)]];
      }),
    );
  }
  const found = await source.offsetsAt(settings.topic, Date.parse(from.timestamp));
  return new Map(partitions.map(({ partition, end }) => [partition, found.get(partition) ?? end]));
}

/** A new pipeline may only choose its own start if it can't duplicate rows of unknown origin. */
async function assertNothingUnknown(
  { settings: { topic, table: written, groupId }, table }: Run,
  { tables }: Sources,
): Promise<void> {
  const others = await tables.rowsOfOtherOrigin(table, topic);
  if (others === 0) return;
  throw decision(
    `table ${written} already holds ${readableNumber(others)} rows of unknown origin, and group ${groupId} has no offsets, so nothing shows where to continue: give \`from\``,
  );
}
