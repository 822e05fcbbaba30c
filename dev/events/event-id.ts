import { mix } from './mix.js';

/** The origin of a stream of events. The same origin and index always give the same event, so tests know what was written. */
export interface EventOrigin {
  readonly seed: number;
  readonly partition: number;
}

/** The id of one event: a UUID in the format of version 4. */
export function eventId(origin: EventOrigin, index: number): string {
  const hex = [...eventIdWords(origin, index)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}

const words = new Uint32Array(4);

/**
 * The same as four words, valid until the next call. It is unique among all indexes and partitions of the seed: the first word
 * depends on the index alone, and the last word on the partition at that index.
 */
export function eventIdWords({ seed, partition }: EventOrigin, index: number): Uint32Array {
  const first = mix(index + 1);
  const last = mix(partition ^ first ^ 0x9e3779b9);
  words[0] = first;
  words[1] = (mix(seed ^ last) & 0xffff0fff) | 0x4000;
  words[2] = (mix(seed ^ first) & 0x3fffffff) | 0x80000000;
  words[3] = last;
  return words;
}
