import type { ByteColumn } from './byte-column.js';

const FIRST_SLOTS = 1_024;
const EMPTY = -1;

/**
 * The distinct values of a column of keys. A value is appended after the last key, and then either becomes a key or is
 * dropped.
 */
export class Dictionary {
  count = 0;
  private readonly keys: ByteColumn;
  /** Where each key starts. The last element is where the next key would start. */
  private starts = new Int32Array(FIRST_SLOTS);
  private slots = new Int32Array(FIRST_SLOTS * 2).fill(EMPTY);
  /** The key that was found last. */
  private last = EMPTY;

  constructor(keys: ByteColumn) {
    this.keys = keys;
  }

  clear(): void {
    this.count = 0;
    this.last = EMPTY;
    this.starts[0] = 0;
    this.slots.fill(EMPTY);
  }

  startOf(index: number): number {
    return this.starts[index]!;
  }

  /** Makes the appended bytes the first key, which no value finds. */
  reserveFirst(): void {
    this.add();
  }

  /** Removes the bytes that were appended after the last key. */
  dropLast(): void {
    this.keys.length = this.starts[this.count]!;
  }

  /** The index of the value that was appended after the last key. */
  indexOfLast(): number {
    const start = this.starts[this.count]!;
    const end = this.keys.length;
    // Equal values often follow one another in events.
    if (this.last !== EMPTY && this.isKey(this.last, start, end)) {
      this.keys.length = start;
      return this.last;
    }
    const mask = this.slots.length - 1;
    let slot = hash(this.keys.bytes, start, end) & mask;
    for (let index = this.slots[slot]!; index !== EMPTY; index = this.slots[slot]!) {
      if (this.isKey(index, start, end)) {
        this.keys.length = start;
        this.last = index;
        return index;
      }
      slot = (slot + 1) & mask;
    }
    this.slots[slot] = this.count;
    this.last = this.count;
    this.add();
    return this.last;
  }

  private add(): void {
    this.count++;
    const isFull = this.count >= this.starts.length;
    if (isFull) this.starts = doubled(this.starts);
    this.starts[this.count] = this.keys.length;
    if (isFull) this.spread();
  }

  private isKey(index: number, start: number, end: number): boolean {
    const from = this.starts[index]!;
    if (this.starts[index + 1]! - from !== end - start) return false;
    const { bytes } = this.keys;
    for (let at = start, key = from; at < end; at++, key++) {
      if (bytes[at] !== bytes[key]) return false;
    }
    return true;
  }

  /** Distributes the keys among twice as many slots. */
  private spread(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = slots.length - 1;
    for (const index of this.slots) {
      if (index === EMPTY) continue;
      let slot = hash(this.keys.bytes, this.starts[index]!, this.starts[index + 1]!) & mask;
      while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      slots[slot] = index;
    }
    this.slots = slots;
  }
}

function doubled(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}

/** FNV-1a. */
function hash(bytes: Uint8Array, start: number, end: number): number {
  let value = 0x811c_9dc5;
  for (let at = start; at < end; at++) value = Math.imul(value ^ bytes[at]!, 0x0100_0193);
  return value ^ (value >>> 15);
}
