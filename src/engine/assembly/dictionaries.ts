import {
  CELL_FLAGS,
  CELL_INNER,
  DICTIONARY_CELL,
  DICTIONARY_COUNT,
  DICTIONARY_LAST,
  DICTIONARY_MARK,
  DICTIONARY_PLACES,
  DICTIONARY_STARTS,
  HAS_NULL_KEY,
  MAX_KEYS,
  PLACE_MASK,
} from '../layout';
import { field, nextOf, setNext } from './cells';

// Keys of LowCardinality columns. A value is appended after the last key, and then either becomes a key or is dropped.
// The keys that were added last are removed first, so open addressing needs no markers for removed keys.

@inline
function startOf(dictionary: usize, key: usize): usize {
  return field(field(dictionary, DICTIONARY_STARTS) + (key << 2), 0);
}

@inline
export function appendIndex(cell: usize, index: u32): void {
  const to = nextOf(cell);
  store<u32>(to, index);
  setNext(cell, to + 4);
}

/** Appends the index of the value that was appended after the last key. False if there is no room for another key. */
export function intern(cell: usize, dictionary: usize): bool {
  const keys = field(cell, CELL_INNER);
  const count = field(dictionary, DICTIONARY_COUNT);
  const start = startOf(dictionary, count);
  const end = nextOf(keys);
  // Equal values often follow one another in events.
  const last = field(dictionary, DICTIONARY_LAST);
  if (last < count && isKey(dictionary, last, start, end)) {
    setNext(keys, start);
    appendIndex(cell, <u32>last);
    return true;
  }
  const places = field(dictionary, DICTIONARY_PLACES);
  let place = hash(start, end) & PLACE_MASK;
  for (;;) {
    const key = <usize>load<u16>(places + (place << 1));
    if (key == 0) break;
    if (isKey(dictionary, key - 1, start, end)) {
      setNext(keys, start);
      store<u32>(dictionary + DICTIONARY_LAST, <u32>(key - 1));
      appendIndex(cell, <u32>(key - 1));
      return true;
    }
    place = (place + 1) & PLACE_MASK;
  }
  if (count == MAX_KEYS) return false;
  store<u16>(places + (place << 1), <u16>(count + 1));
  store<u32>(field(dictionary, DICTIONARY_STARTS) + ((count + 1) << 2), <u32>end);
  store<u32>(dictionary + DICTIONARY_COUNT, <u32>(count + 1));
  store<u32>(dictionary + DICTIONARY_LAST, <u32>count);
  appendIndex(cell, <u32>count);
  return true;
}

@inline
export function markKeys(dictionary: usize): void {
  store<u32>(dictionary + DICTIONARY_MARK, load<u32>(dictionary + DICTIONARY_COUNT));
}

/** Returns to the mark. The starts of the keys are restored with all other positions of the row. */
export function dropKeys(dictionary: usize): void {
  const mark = field(dictionary, DICTIONARY_MARK);
  const places = field(dictionary, DICTIONARY_PLACES);
  for (let count = field(dictionary, DICTIONARY_COUNT); count > mark; count--) {
    const start = startOf(dictionary, count - 1);
    let place = hash(start, startOf(dictionary, count)) & PLACE_MASK;
    while (<usize>load<u16>(places + (place << 1)) != count) place = (place + 1) & PLACE_MASK;
    store<u16>(places + (place << 1), 0);
  }
  store<u32>(dictionary + DICTIONARY_COUNT, <u32>mark);
  store<u32>(dictionary + DICTIONARY_LAST, u32.MAX_VALUE);
}

/** Up to this many keys are removed one by one, which costs less than clearing all places. */
const FEW_KEYS: usize = 128;

/** Empties the dictionary. Its keys are still in memory, and the first one begins at `start`. */
export function clearKeys(dictionary: usize, start: usize): void {
  if (field(dictionary, DICTIONARY_COUNT) <= FEW_KEYS) {
    // The first key of a Nullable has no place.
    store<u32>(dictionary + DICTIONARY_MARK, hasNullKey(dictionary) ? 1 : 0);
    dropKeys(dictionary);
  } else memory.fill(field(dictionary, DICTIONARY_PLACES), 0, (PLACE_MASK + 1) << 1);
  store<u32>(dictionary + DICTIONARY_COUNT, 0);
  store<u32>(dictionary + DICTIONARY_LAST, u32.MAX_VALUE);
  store<u32>(field(dictionary, DICTIONARY_STARTS), <u32>start);
}

/** Makes the appended bytes the first key, which no value finds. */
export function reserveFirst(dictionary: usize, end: usize): void {
  store<u32>(dictionary + DICTIONARY_COUNT, 1);
  store<u32>(field(dictionary, DICTIONARY_STARTS) + 4, <u32>end);
}

@inline
export function hasNullKey(dictionary: usize): bool {
  return (load<u32>(field(dictionary, DICTIONARY_CELL) + CELL_FLAGS) & HAS_NULL_KEY) != 0;
}

@inline
export function keysOf(dictionary: usize): usize {
  return field(field(dictionary, DICTIONARY_CELL), CELL_INNER);
}

function isKey(dictionary: usize, key: usize, start: usize, end: usize): bool {
  let from = startOf(dictionary, key);
  if (startOf(dictionary, key + 1) - from != end - start) return false;
  let at = start;
  for (; at + 8 <= end; at += 8, from += 8) if (load<u64>(at) != load<u64>(from)) return false;
  for (; at < end; at++, from++) if (load<u8>(at) != load<u8>(from)) return false;
  return true;
}

function hash(start: usize, end: usize): usize {
  let value: u64 = 0x9e3779b97f4a7c15;
  let at = start;
  for (; at + 8 <= end; at += 8) {
    value = (value ^ load<u64>(at)) * 0xff51afd7ed558ccd;
    value ^= value >> 32;
  }
  for (; at < end; at++) value = (value ^ <u64>load<u8>(at)) * 0x100000001b3;
  return <usize>(value ^ (value >> 29));
}
