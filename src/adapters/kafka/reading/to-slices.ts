import { Buffer } from 'node:buffer';
import type { LeaderEpochs } from '../../../domain/log/leader-epochs.js';
import type { FetchedPartition } from '../protocol/fetch.js';
import { splitBatches } from '../records/split-batches.js';
import type { TopicClient } from '../client/topic-client.js';
import { AnswerMemory } from './fetch-buffers.js';
import type { FetchSizes } from './fetch-sizes.js';
import type { Rest } from './no-progress.js';
import { sliceFetch } from './slice-fetch.js';
import { Slice, type SliceContext } from './slice.js';

export interface SlicingContext extends SliceContext {
  readonly client: Pick<TopicClient, 'topic'>;
  readonly sizes: FetchSizes;
}

/** What came of the rest of a range; none where nothing did. */
export function toSlices(
  { records, aborted }: FetchedPartition,
  { partition, first, end, memory }: Rest & { readonly memory: AnswerMemory },
  context: SlicingContext,
): readonly Slice[] {
  const where = `partition ${partition} of topic "${context.client.topic}"`;
  const { batches, next, leaderEpochs, covered } = splitBatches(records, { first, end, where });
  if (next <= first) return [];
  context.sizes.learn(partition, covered);
  const read = { where, bytes: records, batches, first, end, aborted };
  return sliceFetch({ partition, next, leaderEpochs, memory }, read, context);
}

/** The rest of a range that holds none. */
export function noRecords(
  { partition, first, end }: Rest,
  leaderEpochs: LeaderEpochs,
  context: SliceContext,
): Slice {
  const read = { where: '', bytes: Buffer.alloc(0), batches: [], first, end, aborted: [] };
  const memory = new AnswerMemory(() => undefined);
  const place = { partition, next: end, leaderEpochs, large: null, isLast: true, memory };
  return new Slice(place, read, context);
}
