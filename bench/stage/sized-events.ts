import type { EventShape } from '../../dev/events/sample-event.js';

/** The smallest event that the contract accepts, with the shortest possible unique id. */
export const SMALLEST_EVENT_BYTES = 100;

const HEAD = '{"event_id":"';
const MIDDLE = '","event_type":"t","timestamp":"2026-11-01T00:00:00","payload":{';
const TEXT = '"text":"';
const TAIL = '},"source":"s"}';
const ID_DIGITS = 8;
const HEX = 16;
/** Ids alternate between partitions, so that up to this many partitions have unique ones. */
const MAX_PARTITIONS = 64;

const POOL_BYTES = 64 * 1_024;
const POOL = createPool();

/** Events of exactly this many bytes: text in the payload fills up what the contract's fields leave. */
export function sizedEvents(bytes: number): EventShape {
  const spare = bytes - SMALLEST_EVENT_BYTES;
  const fill = spare - TEXT.length - 1;
  if (spare !== 0 && fill < 0) {
    throw new Error(`an event has ${SMALLEST_EVENT_BYTES} bytes, or ${TEXT.length + 1} more`);
  }
  const text = spare === 0 ? '' : `${TEXT}${' '.repeat(fill)}"`;
  const template = Buffer.from(`${HEAD}${'0'.repeat(ID_DIGITS)}${MIDDLE}${text}${TAIL}`);
  const fillAt = HEAD.length + ID_DIGITS + MIDDLE.length + TEXT.length;
  return {
    length: () => template.length,
    write(target, at, { origin, index }) {
      target.set(template, at);
      const id = (index * MAX_PARTITIONS + origin.partition).toString(HEX);
      target.set(Buffer.from(id.padStart(ID_DIGITS, '0')), at + HEAD.length);
      if (fill > 0) writeFill(target, at + fillAt, { fill, index });
    },
  };
}

/** A different piece of the pool for each event, so that compression finds no more than among real events. */
function writeFill(
  target: Uint8Array,
  at: number,
  { fill, index }: { readonly fill: number; readonly index: number },
): void {
  for (let done = 0; done < fill;) {
    const from = ((index + done) * 7_919) % (POOL_BYTES / 2);
    const piece = Math.min(fill - done, POOL_BYTES / 2);
    target.set(POOL.subarray(from, from + piece), at + done);
    done += piece;
  }
}

/** Words of three to ten letters, the same in every run. */
function createPool(): Buffer {
  let state = 1;
  const next = (below: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >>> 8) % below;
  };
  const pool = Buffer.alloc(POOL_BYTES, ' ');
  for (let at = 0; at < POOL_BYTES; at += 1) {
    const end = Math.min(POOL_BYTES, at + 3 + next(8));
    for (; at < end; at += 1) pool[at] = 97 + next(26);
  }
  return pool;
}
