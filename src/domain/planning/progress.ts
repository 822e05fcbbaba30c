import type { PartitionOffsets } from '../log/topic-offsets.js';
import type { RangeDone } from '../pipeline/batch-plan.js';
import type { OffsetSpan, PlannedRange } from '../records/offset-range.js';

/** Ends of one partition: its last stable offset and its high watermark. */
type LogEnds = Pick<PartitionOffsets, 'end' | 'highWatermark'>;

/** How far a batch has come in each of its ranges. */
export interface Progress {
  /**
   * Records the offsets that a block has decided. They must come in the order of the ranges. Anything else is a bug and
   * throws.
   */
  decided(block: {
    readonly covered: readonly OffsetSpan[];
    readonly spans: readonly OffsetSpan[];
    readonly deadLettersIn: ReadonlyMap<number, number>;
  }): void;
  done(logEnds: ReadonlyMap<number, LogEnds>): readonly RangeDone[];
  rest(): readonly PlannedRange[];
}

interface Place {
  readonly range: PlannedRange;
  next: number;
  rows: number;
  deadLetters: number;
}

export function createProgress(ranges: readonly PlannedRange[]): Progress {
  const places = new Map<number, Place>(
    ranges.map((range) => [
      range.partition,
      { range, next: Number(range.first), rows: 0, deadLetters: 0 },
    ]),
  );
  const placeOf = (partition: number) => {
    const place = places.get(partition);
    if (place === undefined) throw new Error(`Ledger: partition ${partition} is not in this batch`);
    return place;
  };
  return {
    decided({ covered, spans, deadLettersIn }) {
      for (const { partition, first, end } of covered) {
        const place = placeOf(partition);
        if (first !== place.next || end > Number(place.range.end)) {
          throw new Error(
            `Ledger: a block decided [${first}, ${end}) of partition ${partition}, but ${place.next} comes next`,
          );
        }
        place.next = end;
      }
      for (const { partition, first, end } of spans) placeOf(partition).rows += end - first;
      for (const [partition, count] of deadLettersIn) placeOf(partition).deadLetters += count;
    },
    done: (logEnds) =>
      [...places.values()].flatMap(({ range, next, rows, deadLetters }) => {
        if (next === Number(range.first)) return [];
        const log = logEnds.get(range.partition) ?? { end: next, highWatermark: next };
        const ends = { logEnd: String(log.end), highWatermark: String(log.highWatermark) };
        return [{ ...range, end: String(next), rows, deadLetters, ...ends }];
      }),
    rest: () =>
      [...places.values()].flatMap(({ range, next }) =>
        next === Number(range.end) ? [] : [{ ...range, first: String(next) }],
      ),
  };
}
