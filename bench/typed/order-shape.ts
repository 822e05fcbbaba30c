import type { EventShape } from '../../dev/events/sample-event.js';
import { orderText } from './orders.js';

/** Unique orders: the index of the record and its partition make the id. */
export function orderEvents(startMs: number): EventShape {
  const MAX_PARTITIONS = 64;
  let lastKey = -1;
  let last = Buffer.alloc(0);
  const textOf = (partition: number, index: number): Buffer => {
    const key = index * MAX_PARTITIONS + partition;
    // A producer asks for the length first, and then for the text.
    if (key !== lastKey) last = Buffer.from(orderText(key, startMs));
    lastKey = key;
    return last;
  };
  return {
    length: ({ partition }, index) => textOf(partition, index).length,
    write(target, at, { origin, index }) {
      target.set(textOf(origin.partition, index), at);
    },
  };
}
