import { addPath, closeKeys, openKeys } from './keys';
import { digitsValue, isNegative, magnitude, readWhole } from './numbers';
import { skipPaired } from './strings';
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  byteAt,
  COMMA,
  QUOTE,
  skipColon,
  skipDigits,
  skipPlain,
  skipScalar,
  skipSpace,
} from './text';

// Objects that ClickHouse surely stores unchanged, by a rule that is simpler and stricter than the one of
// src/domain/types/json-text/storable-json.ts. Functions return 0 in doubt, as in text.ts.

const MAX_LEVELS: i32 = 32;

/** Up to so many digits, a whole number is below 2^53. */
const MAX_SAFE_DIGITS: usize = 15;
const MAX_SAFE: u64 = 9007199254740991;
const MIN_INTEGER: u64 = 0x8000000000000000;
/** Digits before the point plus a positive exponent. Up to so many, a number is below 1e308. */
const MAX_POWER: u64 = 308;

/** Kinds of values in the array that is being read, and in arrays in it. The server makes one type for all of them. */
let kinds: u32 = 0;
const BOOLEAN: u32 = 1;
const STRING: u32 = 2;
const NUMBER: u32 = 4;
const FRACTION: u32 = 8;
const LARGE_INTEGER: u32 = 16;

/** Skips an object, from its brace. */
export function skipStorable(start: usize, end: usize): usize {
  return byteAt(start) == BRACE ? skipObject(start, end, 1) : 0;
}

function skipObject(start: usize, end: usize, level: i32): usize {
  if (level > MAX_LEVELS) return 0;
  let p = skipSpace(start + 1, end);
  if (p < end && byteAt(p) == BRACE_END) return p + 1;
  const keys = openKeys();
  for (;;) {
    if (p >= end || byteAt(p) != QUOTE) return 0;
    const close = skipPlain(p + 1, end);
    // A key with escapes may be equal to one without.
    if (close >= end || byteAt(close) != QUOTE || !addPath(keys, p + 1, close - p - 1)) return 0;
    p = skipColon(close + 1, end);
    if (p == 0 || p >= end) return 0;
    kinds = 0;
    p = skipAny(p, end, level + 1);
    if (p == 0) return 0;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = byteAt(p);
    if (next == BRACE_END) break;
    if (next != COMMA) return 0;
    p = skipSpace(p + 1, end);
  }
  closeKeys(keys);
  return p + 1;
}

function skipArray(start: usize, end: usize, level: i32): usize {
  if (level > MAX_LEVELS) return 0;
  let p = skipSpace(start + 1, end);
  if (p < end && byteAt(p) == BRACKET_END) return p + 1;
  for (;;) {
    if (p >= end) return 0;
    const outer = kinds;
    p = skipAny(p, end, level + 1);
    if (p == 0) return 0;
    kinds |= outer;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = byteAt(p);
    if (next == BRACKET_END) break;
    if (next != COMMA) return 0;
    p = skipSpace(p + 1, end);
  }
  if ((kinds & BOOLEAN) != 0 && (kinds & (NUMBER | STRING)) != 0) return 0;
  return (kinds & FRACTION) != 0 && (kinds & LARGE_INTEGER) != 0 ? 0 : p + 1;
}

/** Skips a value and adds its kind. An object in an array has kinds of its own. */
function skipAny(p: usize, end: usize, level: i32): usize {
  const first = byteAt(p);
  if (first == BRACE) {
    const behind = skipObject(p, end, level);
    kinds = 0;
    return behind;
  }
  if (first == BRACKET) return skipArray(p, end, level);
  if (first == QUOTE) {
    kinds |= STRING;
    return skipPaired(p + 1, end);
  }
  if (first == 0x74 || first == 0x66) kinds |= BOOLEAN;
  else if (first != 0x6e) return skipNumber(p, end);
  return skipScalar(p, end);
}

function skipNumber(p: usize, end: usize): usize {
  const behind = skipScalar(p, end);
  if (behind == 0) return 0;
  kinds |= NUMBER;
  const first = byteAt(p) == 0x2d ? p + 1 : p;
  let at = skipDigits(first, behind);
  const digits = at - first;
  if (at == behind) {
    if (digits <= MAX_SAFE_DIGITS) return behind;
    if (readWhole(p, behind) == 0 || (isNegative && magnitude > MIN_INTEGER)) return 0;
    if (magnitude > MAX_SAFE) kinds |= LARGE_INTEGER;
    return behind;
  }
  kinds |= FRACTION;
  if (byteAt(at) == 0x2e) at = skipDigits(at + 1, behind);
  let power = <u64>digits;
  if (at < behind) {
    at++;
    const isBelow = byteAt(at) == 0x2d;
    if (isBelow || byteAt(at) == 0x2b) at++;
    if (!isBelow) {
      if (behind - at > 3) return 0;
      power += digitsValue(at, behind, 0);
    }
  }
  return power <= MAX_POWER ? behind : 0;
}
