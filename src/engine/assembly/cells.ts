import { CELL_SLOT, CELL_WIDTH } from '../layout';

// Common to all cells: where the next value goes.

/** Reads a field of a structure that is a pointer or a number below 2^32. */
@inline
export function field(structure: usize, offset: usize): usize {
  return <usize>load<u32>(structure + offset);
}

/** Address of the cell's next byte. */
@inline
export function nextOf(cell: usize): usize {
  return field(field(cell, CELL_SLOT), 0);
}

@inline
export function setNext(cell: usize, next: usize): void {
  store<u32>(field(cell, CELL_SLOT), <u32>next);
}

/** May read and write up to 16 bytes more than requested. Each area has room for them. */
@inline
export function copyBytes(to: usize, from: usize, length: usize): void {
  if (length > 256) {
    memory.copy(to, from, length);
    return;
  }
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
}

/** Writes seven bits in each byte, lowest first. Returns the address after them. */
@inline
export function writeLength(to: usize, length: usize): usize {
  let at = to;
  let rest = length;
  while (rest >= 0x80) {
    store<u8>(at++, <u8>(rest | 0x80));
    rest >>>= 7;
  }
  store<u8>(at, <u8>rest);
  return at + 1;
}

@inline
export function appendString(cell: usize, from: usize, length: usize): void {
  const to = writeLength(nextOf(cell), length);
  copyBytes(to, from, length);
  setNext(cell, to + length);
}

@inline
export function appendBytes(cell: usize, from: usize, length: usize): void {
  const to = nextOf(cell);
  copyBytes(to, from, length);
  setNext(cell, to + length);
}

@inline
export function appendByte(cell: usize, value: u8): void {
  const to = nextOf(cell);
  store<u8>(to, value);
  setNext(cell, to + 1);
}

/** Writes the low `width` bytes of a whole number. If `width` is above 8, the rest is filled with its sign. */
@inline
export function appendWhole(cell: usize, value: u64, sign: u64): void {
  const to = nextOf(cell);
  const width = field(cell, CELL_WIDTH);
  store<u64>(to, value);
  for (let at: usize = 8; at < width; at += 8) store<u64>(to + at, sign);
  setNext(cell, to + width);
}
