import type { EventShape } from '../../dev/events/sample-event.js';

const MAX_PARTITIONS = 64;

/** Events whose text depends on their number only, which the index of the record and its partition make. */
export function textEvents(textOf: (number: number) => string): EventShape {
  let lastNumber = -1;
  let last = Buffer.alloc(0);
  const bytesOf = (partition: number, index: number): Buffer => {
    const number = index * MAX_PARTITIONS + partition;
    // A producer asks for the length first, and then for the text.
    if (number !== lastNumber) last = Buffer.from(textOf(number));
    lastNumber = number;
    return last;
  };
  return {
    length: ({ partition }, index) => bytesOf(partition, index).length,
    write(target, at, { origin, index }) {
      target.set(bytesOf(origin.partition, index), at);
    },
  };
}
