import type { Offset, PipelineSettings } from '../../domain/pipeline/public-types.js';
import type { TableName } from '../../domain/pipeline/table-name.js';
import type {
  GroupOffsets,
  RecordSource,
  TableDirectory,
  TopicOffsets,
} from '../../domain/ports.js';
import { decision } from './decision.js';

export interface Start {
  /** One per partition. */
  readonly offsets: readonly number[];
  /** The table may hold offsets at or after these: they are looked for first. */
  readonly mayBeThere: boolean;
}

interface Sources {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  readonly tables: TableDirectory;
  readonly table: TableName;
}

/** Where every partition starts. */
export async function startOffsets(
  settings: PipelineSettings,
  topic: TopicOffsets,
  sources: Sources,
): Promise<Start> {
  const { from } = settings;
  if (from === 'committed') return committed(settings, topic, sources);
  return { offsets: await chosen(from, settings, topic, sources.source), mayBeThere: false };
}

async function chosen(
  from: Exclude<PipelineSettings['from'], 'committed'>,
  settings: PipelineSettings,
  topic: TopicOffsets,
  source: RecordSource,
): Promise<readonly number[]> {
  if (from === 'earliest') return topic.partitions.map(({ logStart }) => logStart);
  if (from === 'latest') return topic.partitions.map(({ end }) => end);
  if ('offsets' in from) return namedOffsets('from', from.offsets, topic);
  const found = await source.offsetsAt(settings.topic, Date.parse(from.timestamp));
  return topic.partitions.map(({ partition, end }) => found.get(partition) ?? end);
}

/**
 * The group's offsets; partitions without one start at the beginning of the log. A group without any is a new pipeline,
 * which may only start by itself when no row of unknown origin could be doubled by it.
 */
async function committed(
  settings: PipelineSettings,
  topic: TopicOffsets,
  { groups, tables, table }: Sources,
): Promise<Start> {
  const { groupId } = settings;
  const known = new Map(
    (await groups.committed(groupId, settings.topic)).map(({ partition, offset }) => [
      partition,
      offset,
    ]),
  );
  const offsets = topic.partitions.map(
    ({ partition, logStart }) => known.get(partition) ?? logStart,
  );
  const none = topic.partitions.every(({ partition }) => (known.get(partition) ?? null) === null);
  if (none) {
    const others = await tables.rowsOfOtherOrigin(table, settings.topic);
    if (others > 0) {
      throw decision(
        `table ${settings.table} already holds ${others.toLocaleString('en-US')} rows of unknown origin and group ${groupId} has no offsets: give \`from\``,
      );
    }
  }
  return { offsets, mayBeThere: true };
}

/** Where every partition ends; null as a whole for an endless run, null for a partition whose end is still to come. */
export async function endOffsets(
  settings: PipelineSettings,
  topic: TopicOffsets,
  source: RecordSource,
): Promise<readonly (number | null)[] | null> {
  const { until } = settings;
  if (until === null) return null;
  if (until === 'now') return topic.partitions.map(({ end }) => end);
  if ('offsets' in until) return namedOffsets('until', until.offsets, topic);
  const found = await source.offsetsAt(settings.topic, Date.parse(until.timestamp));
  return topic.partitions.map(({ partition }) => found.get(partition) ?? null);
}

/** Offsets given by hand: each partition must be named, and be in the log. */
export function namedOffsets(
  field: 'from' | 'until',
  offsets: Readonly<Record<string, Offset>>,
  topic: TopicOffsets,
): readonly number[] {
  const unknown = Object.keys(offsets).filter(
    (name) => topic.partitions[Number(name)] === undefined,
  );
  const missing = topic.partitions.filter(({ partition }) => offsets[partition] === undefined);
  if (unknown.length > 0 || missing.length > 0) {
    const wrong = [
      ...unknown.map((name) => `partition ${name} does not exist`),
      ...missing.map(({ partition }) => `partition ${partition} is not named`),
    ];
    throw decision(
      `${field}.offsets must name the ${topic.partitions.length} partitions of the topic: ${wrong.join(', ')}`,
    );
  }
  return topic.partitions.map(({ partition, logStart, end, highWatermark }) => {
    const offset = Number(offsets[partition]);
    // A run that is to end behind an open transaction waits for it; none can begin there.
    const last = field === 'until' ? highWatermark : end;
    if (offset >= logStart && offset <= last) return offset;
    const open =
      offset > end && offset <= highWatermark
        ? `: a transaction is open there, and offset ${offset} can't be read before it ends`
        : '';
    throw decision(
      `${field}.offsets: partition ${partition} has offsets ${logStart} to ${last}, not ${offset}${open}`,
    );
  });
}
