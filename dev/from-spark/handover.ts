import type { Offset, OffsetRange } from '../../src/domain/records/offset-range.js';
import type { Batch, Checkpoint } from './read-checkpoint.js';
import { CheckpointError } from './checkpoint-error.js';
import type { TopicOffsets } from './offset-file.js';

export type Offsets = Readonly<Record<string, Offset>>;

/** Where a pipeline continues one topic of a query, so that nothing is lost or duplicated. */
export interface Handover {
  readonly topic: string;
  /** The table has every record before `first`, and none from `end` on. */
  readonly first: Offsets;
  /** The same as `first` if the query was stopped between batches. */
  readonly end: Offsets;
  /** Ranges of which the table may have no, some or all records. */
  readonly uncertain: readonly OffsetRange[];
  /** The batch of the uncertain ranges; null if there are none. */
  readonly batch: number | null;
  /** The last batch that is finished. */
  readonly committedBatch: number | null;
}

export function handovers({ committed, planned, initial }: Checkpoint): readonly Handover[] {
  const first = committed?.end ?? initial;
  if (first === null) {
    throw new CheckpointError(
      planned === null
        ? 'the query has not started a batch, so there is nothing to continue from. Start the pipeline with "from":"earliest", or with the position in startingOffsets'
        : 'offsets/0 exists, but neither commits/0 nor sources/0/0, which says where the first batch begins: copy the complete checkpoint again',
    );
  }
  const topics = Object.keys(planned?.end ?? first).toSorted();
  return topics.map((topic) => handover(topic, first, { committed, planned }));
}

function handover(
  topic: string,
  first: TopicOffsets,
  { committed, planned }: Pick<Checkpoint, 'committed' | 'planned'>,
): Handover {
  const begin = first[topic] ?? {};
  const end = planned?.end[topic] ?? begin;
  checkDirection(topic, begin, { end, planned });
  const partitions = Object.keys(end).toSorted((a, b) => Number(a) - Number(b));
  // A partition that was added while the query ran is read from its start.
  const at = (partition: string) => begin[partition] ?? 0;
  const uncertain = partitions
    .filter((partition) => at(partition) < (end[partition] ?? 0))
    .map((partition) => ({
      partition: Number(partition),
      first: String(at(partition)),
      end: String(end[partition]),
    }));
  return {
    topic,
    first: Object.fromEntries(partitions.map((partition) => [partition, String(at(partition))])),
    end: Object.fromEntries(partitions.map((partition) => [partition, String(end[partition])])),
    uncertain,
    batch: uncertain.length > 0 && planned !== null ? planned.number : null,
    committedBatch: committed?.number ?? null,
  };
}

/** A query with failOnDataLoss=false may have gone back to lower offsets after its topic was recreated. */
function checkDirection(
  topic: string,
  begin: Readonly<Record<string, number>>,
  { end, planned }: { end: Readonly<Record<string, number>>; planned: Batch | null },
): void {
  const wrong = Object.keys(begin).find(
    (partition) => (end[partition] ?? -1) < (begin[partition] ?? 0),
  );
  if (wrong === undefined || planned === null) return;
  throw new CheckpointError(
    `offsets/${planned.number} is behind the batch before it in partition ${wrong} of ${topic}: the topic was recreated or lost records. Start the query again and stop it, so that it finishes that batch`,
  );
}
