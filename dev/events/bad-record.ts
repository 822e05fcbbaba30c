import type { EventOrigin } from './event-id.js';
import { mix } from './mix.js';
import { eventText } from './sample-event.js';

/** One record for every way to fail the contract. They become dead letters. */
const SPOIL: readonly ((text: string) => string | Buffer | null)[] = [
  () => null,
  (text) => text.slice(0, -1),
  (text) => text.replace('"event_type"', '"kind"'),
  (text) => text.replace(/"event_id":"[^"]*"/, '"event_id":""'),
  (text) => text.replace(/"payload":\{.*?\}/, '"payload":"none"'),
  (text) => text.replace(/"timestamp":"[^"]*"/, '"timestamp":"yesterday"'),
  (text) => text.replace(/"timestamp":"[^"]*"/, '"timestamp":"1969-12-31T23:59:59"'),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')]),
];

/** Whether a stream with this many bad records in a thousand has one at this index. */
export function isBad({ seed, partition }: EventOrigin, index: number, permille: number): boolean {
  return permille > 0 && mix(mix(index + 1) ^ mix(seed ^ mix(partition + 7))) % 1000 < permille;
}

/** The bad record in place of the event with this index. */
export function badRecord(
  origin: EventOrigin,
  index: number,
  timestampMs: number,
): string | Buffer | null {
  const spoil = SPOIL[mix(index) % SPOIL.length] ?? (() => null);
  return spoil(eventText(origin, index, timestampMs));
}
