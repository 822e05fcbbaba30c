import { byteAt, hexDigit } from './text';

// IP addresses, as in src/domain/types/ip.ts. A text is `[from, end)`, and the byte at its end is a quote.

const COLON: u32 = 0x3a;
const POINT: u32 = 0x2e;

/** No address has a gap there. */
const NO_GAP: usize = 17;

/** The last IPv4 address that was read. Its first number is the highest byte. */
export let address: u32 = 0;

/** Reads four numbers up to 255 without leading zeros. */
export function readIp4(from: usize, end: usize): bool {
  let value: u32 = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && byteAt(at++) != POINT) return false;
    const first = at;
    let number: u32 = 0;
    // The closing quote is not a digit.
    while (at < first + 3 && byteAt(at) - 0x30 <= 9) number = number * 10 + (byteAt(at++) - 0x30);
    if (at == first || (byteAt(first) == 0x30 && at > first + 1) || number > 255) return false;
    value = (value << 8) | number;
  }
  address = value;
  return at == end;
}

/** Writes the 16 bytes of an IPv6 address. An IPv4 address counts as `::ffff:1.2.3.4`. */
export function writeIp6(to: usize, from: usize, end: usize): bool {
  let at = from;
  let size: usize = 0;
  let gap = NO_GAP;
  // Only the two colons of a gap may come first.
  if (byteAt(at) == COLON && byteAt(++at) != COLON) return false;
  while (at < end) {
    if (byteAt(at) == COLON) {
      if (gap != NO_GAP) return false;
      gap = size;
      at++;
      continue;
    }
    const first = at;
    let group: u32 = 0;
    while (at < first + 4 && hexDigit(byteAt(at)) >= 0) {
      group = (group << 4) | <u32>hexDigit(byteAt(at++));
    }
    if (at == first) return false;
    if (byteAt(at) == POINT) {
      if (!readIp4(first, end)) return false;
      if (first == from) {
        store<u64>(to, 0);
        store<u32>(to, 0xffff0000, 8);
        size = 12;
      }
      store<u32>(to + size, bswap<u32>(address));
      size += 4;
      at = end;
      break;
    }
    // More groups would be written into the memory of other columns.
    if (size > 14) return false;
    store<u16>(to + size, bswap<u16>(<u16>group));
    size += 2;
    if (at == end) break;
    if (byteAt(at++) != COLON || at == end) return false;
  }
  if (gap == NO_GAP) return size == 16;
  // The gap stands for at least one group.
  if (size > 14) return false;
  memory.copy(to + 16 - (size - gap), to + gap, size - gap);
  memory.fill(to + gap, 0, 16 - size);
  return true;
}
