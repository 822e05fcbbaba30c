import { copyBytes } from './cells';
import { addKey } from './keys';
import { BRACE, BRACE_END, COMMA } from './text';

// The object of the members that no column takes. Members are as they were sent.

/** The object's first byte, and where the next member goes. */
let start: usize = 0;
let next: usize = 0;

/** Begins an empty object. There is room for all of the record and for the slack of a copy. */
@inline
export function beginRest(to: usize): void {
  start = to;
  next = to + 1;
  store<u8>(to, <u8>BRACE);
}

/** Adds the member `[from, end)`, whose key ends with the quote at `close`. False if it is in doubt: the last of two equal keys would count. */
export function addRest(from: usize, close: usize, end: usize): bool {
  if (!addKey(0, from + 1, close - from - 1)) return false;
  if (next > start + 1) store<u8>(next++, <u8>COMMA);
  copyBytes(next, from, end - from);
  next += end - from;
  return true;
}

/** Ends the object. Returns the position after it. */
@inline
export function endRest(): usize {
  store<u8>(next, <u8>BRACE_END);
  return next + 1;
}
