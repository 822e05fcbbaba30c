import { badRecord, isBad } from './bad-record.js';
import { type BatchWriter, createBatchWriter } from './batch-writer.js';
import type { EventOrigin } from './event-id.js';
import type { FastProduceOptions } from './fast-produce-options.js';
import { SAMPLE_EVENTS } from './sample-event.js';

const BATCH_RECORDS = 1_000;
const EVENT_EVERY_MS = 10;

/** One batch that the broker writes, one on its way, and one that is being built. */
export const MAX_IN_FLIGHT = 3;

/** The events that are still to be written to one partition. */
export interface Lot {
  readonly partition: number;
  readonly firstIndex: number;
  readonly end: number;
  readonly writers: readonly BatchWriter[];
  readonly fill: (writer: BatchWriter, first: number, end: number) => number;
  readonly batchRecords: number;
  next: number;
  firstOffset: number | null;
}

/** `place` is the index among the partitions that get records, from 0. */
export function openLot(options: FastProduceOptions, place: number): Lot {
  const { count, partitions, rate = Infinity, firstIndex = 0, codec = 'none' } = options;
  const partition = (options.firstPartition ?? 0) + place;
  const share = Math.floor(count / partitions) + (place < count % partitions ? 1 : 0);
  return {
    partition,
    firstIndex,
    end: firstIndex + share,
    // A batch must not change before it has left this process.
    writers: Array.from({ length: MAX_IN_FLIGHT }, () => createBatchWriter(codec)),
    fill: createFill(options, { seed: options.seed, partition }),
    // Batches are small enough for ten per second, even at a low rate.
    batchRecords: Math.ceil(
      Math.min(options.batchRecords ?? BATCH_RECORDS, rate / 10 / partitions),
    ),
    next: firstIndex,
    firstOffset: null,
  };
}

/** Writes events until the batch is full, and returns the next index. */
function createFill(options: FastProduceOptions, origin: EventOrigin): Lot['fill'] {
  const { badPermille = 0, startMs = Date.now(), shape = SAMPLE_EVENTS } = options;
  return (writer, first, end) => {
    let index = first;
    for (; index < end; index += 1) {
      const timestampMs = startMs + index * EVENT_EVERY_MS;
      if (isBad(origin, index, badPermille)) {
        const bad = badRecord(origin, index, timestampMs);
        const value = bad === null ? null : Buffer.from(bad);
        if (!writer.hasRoom(value?.length ?? 0)) break;
        const at = writer.add(value?.length ?? null);
        value?.copy(writer.bytes, at);
        continue;
      }
      const length = shape.length(origin, index);
      if (!writer.hasRoom(length)) break;
      shape.write(writer.bytes, writer.add(length), { origin, index, timestampMs });
    }
    return index;
  };
}
