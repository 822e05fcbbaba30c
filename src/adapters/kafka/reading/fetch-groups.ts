import { type Address, formatAddress } from '../protocol/address.js';
import type { PartitionFetch } from '../protocol/fetch.js';
import { ANSWERS_HELD } from '../protocol/limits.js';
import type { Leaders } from '../client/topic-client.js';
import type { FetchSizes } from './fetch-sizes.js';
import type { RangeProgress } from './range-progress.js';

/** What one request asks of one broker. */
export interface FetchGroup {
  readonly address: Address;
  readonly ranges: readonly RangeProgress[];
  /** Of the ranges, in their order. */
  readonly partitions: readonly PartitionFetch[];
  readonly maxBytes: number;
}

interface Draft {
  readonly address: Address;
  readonly ranges: RangeProgress[];
  readonly partitions: PartitionFetch[];
  expectedBytes: number;
}

/**
 * Which ranges to ask for now, by broker. A broker fills the partitions of a request in their order until its bound is
 * reached, so that they stand in the order in which they are needed, each time: what was taken is asked for no more, and
 * the first one always comes. Turning the order, as consumers do whose partitions never end, would bring first what is
 * needed last.
 */
export function groupByBroker(
  ranges: readonly RangeProgress[],
  {
    leaders,
    sizes,
    fetchBytes,
  }: { readonly leaders: Leaders; readonly sizes: FetchSizes; readonly fetchBytes: number },
): { readonly groups: readonly FetchGroup[]; readonly leaderless: readonly RangeProgress[] } {
  const drafts = new Map<string, Draft>();
  const leaderless: RangeProgress[] = [];
  const partitions = new Set<number>();
  let readyBytes = 0;
  for (const range of ranges) {
    readyBytes += range.readyBytes;
    // The caller has work for a while before it comes to this one.
    if (readyBytes >= fetchBytes / 2) break;
    const { partition, isToBeAsked } = range;
    if (!isToBeAsked || partitions.has(partition)) continue;
    partitions.add(partition);
    const leader = leaders.of(partition);
    if (leader === null) leaderless.push(range);
    else add(drafts, range, { ...leader, sizes, fetchBytes });
  }
  // Together the answers of many brokers are no larger than those of a few.
  const maxBytes = Math.min(fetchBytes, Math.floor((ANSWERS_HELD * fetchBytes) / drafts.size));
  return { groups: [...drafts.values()].map((draft) => toGroup(draft, maxBytes)), leaderless };
}

function add(
  drafts: Map<string, Draft>,
  range: RangeProgress,
  {
    address,
    leaderEpoch,
    sizes,
    fetchBytes,
  }: {
    readonly address: Address;
    readonly leaderEpoch: number;
    readonly sizes: FetchSizes;
    readonly fetchBytes: number;
  },
): void {
  const name = formatAddress(address);
  const draft = drafts.get(name) ?? { address, ranges: [], partitions: [], expectedBytes: 0 };
  drafts.set(name, draft);
  // More would only come with the next request.
  if (draft.expectedBytes >= fetchBytes) return;
  const { partition, next: offset, end } = range;
  const offsets = end - offset;
  const maxBytes = sizes.forOffsets(partition, offsets);
  draft.expectedBytes += sizes.expected(partition, offsets);
  draft.ranges.push(range);
  draft.partitions.push({ partition, offset, maxBytes, leaderEpoch });
}

function toGroup({ address, ranges, partitions }: Draft, bound: number): FetchGroup {
  const wanted = partitions.reduce((sum, { maxBytes }) => sum + maxBytes, 0);
  return { address, ranges, partitions, maxBytes: Math.min(bound, wanted) };
}
