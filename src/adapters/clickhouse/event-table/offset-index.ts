import type { OffsetSpan } from '../../../domain/records/offset-range.js';
import type { OffsetSet } from '../../../domain/ports/event-table.js';

/** Marks which offsets of some spans were seen: one bit per offset of the spans, however far apart they lie. */
export interface OffsetIndex extends OffsetSet {
  /** Offsets outside of the spans, and ones that were seen before, change nothing. */
  add(partition: number, epoch: number, offset: number): void;
}

interface Places {
  readonly epoch: number;
  readonly firsts: Float64Array;
  readonly ends: Float64Array;
  /** Bit of the first offset of each span. */
  readonly bits: Float64Array;
}

/** The spans of one partition belong to one epoch, do not overlap and may come in any order. */
export function createOffsetIndex(spans: readonly OffsetSpan[]): OffsetIndex {
  const places = new Map<number, Places>();
  let bit = 0;
  for (const [partition, own] of byPartition(spans)) {
    const bits = Float64Array.from(own, ({ first, end }) => {
      const start = bit;
      bit += end - first;
      return start;
    });
    const firsts = Float64Array.from(own, ({ first }) => first);
    const ends = Float64Array.from(own, ({ end }) => end);
    places.set(partition, { epoch: own[0]?.epoch ?? 0, firsts, ends, bits });
  }
  const seen = new Uint8Array(Math.ceil(bit / 8));
  let size = 0;
  return {
    get size() {
      return size;
    },
    add(partition, epoch, offset) {
      const place = places.get(partition);
      if (place?.epoch !== epoch) return;
      const found = bitOf(place, offset);
      if (found === null || isSet(seen, found)) return;
      seen[found >> 3] = (seen[found >> 3] ?? 0) | (1 << (found & 7));
      size += 1;
    },
    has(partition, offset) {
      const place = places.get(partition);
      const found = place === undefined ? null : bitOf(place, offset);
      return found !== null && isSet(seen, found);
    },
  };
}

function byPartition(spans: readonly OffsetSpan[]): ReadonlyMap<number, readonly OffsetSpan[]> {
  const groups = new Map<number, OffsetSpan[]>();
  for (const span of spans) {
    const group = groups.get(span.partition);
    if (group === undefined) groups.set(span.partition, [span]);
    else group.push(span);
  }
  for (const [partition, group] of groups) {
    group.sort((a, b) => a.first - b.first);
    if (group.some(({ epoch }) => epoch !== group[0]?.epoch)) {
      throw new Error(`Spans of partition ${partition} belong to several epochs`);
    }
  }
  return groups;
}

/** The bit of an offset; null if no span contains it. */
function bitOf({ firsts, ends, bits }: Places, offset: number): number | null {
  let low = 0;
  let high = firsts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const at = low - 1;
  const end = ends[at];
  if (end === undefined || offset >= end) return null;
  return (bits[at] ?? 0) + offset - (firsts[at] ?? 0);
}

function isSet(seen: Uint8Array, bit: number): boolean {
  return ((seen[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}
