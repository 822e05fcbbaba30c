import { mix } from './mix.js';

/** Which stream of events: the same origin and index always make the same event, so that tests know what was written. */
export interface EventOrigin {
  readonly seed: number;
  readonly partition: number;
}

/** The id of one event: a UUID, of version 4 by its form. */
export function eventId(origin: EventOrigin, index: number): string {
  const hex = [...eventIdWords(origin, index)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
  return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}

const words = new Uint32Array(4);

/**
 * The same as four words, valid until the next call. No other index or partition of the seed has it: the first word stands
 * for the index alone, the last one for the partition at that index.
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
