import type { Offset } from '../../domain/records/offset-range.js';
import type { PipelineSettings } from '../../domain/pipeline/settings.js';
import type { PartitionOffsets, TopicOffsets } from '../../domain/log/topic-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import { decision } from '../attempt/failures.js';

/** The end of every partition: null as a whole for an endless run, null for a partition whose end is not known yet. */
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

/** Checks offsets that the user gave: they must name every partition, and be within its log. */
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
      ...missing.map(({ partition }) => `partition ${partition} is missing`),
    ];
    throw decision(
      `${field}.offsets must have an offset for each of the ${topic.partitions.length} partitions of the topic: ${wrong.join(', ')}`,
    );
  }
  return topic.partitions.map((each) => offsetInLog(field, each, offsets[each.partition] ?? '0'));
}

/** Checks one such offset. A run may end after an open transaction, and then waits for it, but no run can start there. */
export function offsetInLog(
  field: 'from' | 'until',
  { partition, logStart, end, highWatermark }: PartitionOffsets,
  text: Offset,
): number {
  const offset = Number(text);
  const last = field === 'until' ? highWatermark : end;
  if (offset >= logStart && offset <= last) return offset;
  const open =
    offset > end && offset <= highWatermark
      ? `: a transaction is open there, and offset ${offset} can't be read before it ends`
      : '';
  throw decision(
    `${field}.offsets: partition ${partition} has offsets ${logStart} to ${last}, not ${offset}${open}`,
  );
}

/**
 * The topic's offsets, with `end` below `highWatermark` only if a transaction is open. One look reads the ends one after the
 * other, so records that arrive in between look undecided. A second look shows whether they are.
 */
export async function decidedOffsets(
  source: Pick<RecordSource, 'offsets'>,
  topic: string,
): Promise<TopicOffsets> {
  const first = await source.offsets(topic);
  if (first.partitions.every(({ end, highWatermark }) => end >= highWatermark)) return first;
  const second = await source.offsets(topic);
  if (second.topicId !== first.topicId) return second;
  const partitions = first.partitions.map((ends) => {
    const later = second.partitions[ends.partition]?.end ?? ends.end;
    return { ...ends, end: Math.max(ends.end, Math.min(ends.highWatermark, later)) };
  });
  return { ...first, partitions };
}
