import {
  CELL_COUNT,
  CELL_FLAGS,
  CELL_MAX,
  CELL_MIN,
  CELL_SCALE,
  CELL_TABLE,
  CELL_UNIT,
  CELL_WIDTH,
  IS_CLOCK,
  IS_SIGNED,
  IS_STRICT,
  NAME_LENGTH,
  NAME_SIZE,
  NAME_TEXT,
  NAME_VALUE,
  NOT_EMPTY,
  ONLY_OBJECTS,
} from '../layout';
import { address, readIp4, writeIp6 } from './addresses';
import { appendBytes, appendByte, appendString, appendWhole, field, nextOf, setNext } from './cells';
import { float, isNegative, magnitude, powerOfTen, readFloat, readScaled, readWhole } from './numbers';
import { skipStorable } from './objects';
import { appendEscaped } from './strings';
import {
  BACKSLASH,
  BRACE,
  byteAt,
  hexDigit,
  isFalse,
  isTrue,
  QUOTE,
  skipPlain,
  skipValue,
} from './text';
import { appendWide, readWideScaled, readWideWhole } from './wide-numbers';
import { days, fractionTicks, readClock, readDate, readTime, seconds } from './times';

// Scalar values. Each function appends the value at `p`, which is before `end`, and returns the position after it, or 0
// if it is not sure. Whatever it has appended by then is removed with the row.

/** Whole seconds since 1970 of the column that divides blocks. */
export let clockSeconds: i64 = 0;

@inline
function hasFlag(cell: usize, flag: u32): bool {
  return (load<u32>(cell + CELL_FLAGS) & flag) != 0;
}

@inline
function minOf(cell: usize): i64 {
  return load<i64>(cell + CELL_MIN);
}

@inline
function maxOf(cell: usize): i64 {
  return load<i64>(cell + CELL_MAX);
}

/** Position of the closing quote of a string without escapes. 0 for anything else. */
@inline
function closingQuote(p: usize, end: usize): usize {
  if (byteAt(p) != QUOTE) return 0;
  const close = skipPlain(p + 1, end);
  return close < end && byteAt(close) == QUOTE ? close : 0;
}

export function appendText(cell: usize, p: usize, end: usize): usize {
  if (byteAt(p) != QUOTE) return 0;
  const start = p + 1;
  const close = skipPlain(start, end);
  if (close >= end) return 0;
  if (byteAt(close) == QUOTE) {
    if (close == start && hasFlag(cell, NOT_EMPTY)) return 0;
    appendString(cell, start, close - start);
    return close + 1;
  }
  // An escape represents at least one character.
  return byteAt(close) == BACKSLASH ? appendEscaped(cell, start, close, end) : 0;
}

export function appendJsonText(cell: usize, p: usize, end: usize): usize {
  if (hasFlag(cell, ONLY_OBJECTS) && byteAt(p) != BRACE) return 0;
  const behind = skipValue(p, end);
  if (behind != 0) appendString(cell, p, behind - p);
  return behind;
}

export function appendObject(cell: usize, p: usize, end: usize): usize {
  const behind = skipStorable(p, end);
  if (behind != 0) appendString(cell, p, behind - p);
  return behind;
}

export function appendFixedText(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  const size = field(cell, CELL_WIDTH);
  if (close == 0) return 0;
  const length = close - p - 1;
  if (length > size || (length == 0 && hasFlag(cell, NOT_EMPTY))) return 0;
  appendBytes(cell, p + 1, length);
  const to = nextOf(cell);
  memory.fill(to, 0, size - length);
  setNext(cell, to + size - length);
  return close + 1;
}

export function appendInteger(cell: usize, p: usize, end: usize): usize {
  const behind = readWhole(p, end);
  if (behind == 0 || magnitude > 0xffffffff) return 0;
  const value = isNegative ? -(<i64>magnitude) : <i64>magnitude;
  if (value < minOf(cell) || value > maxOf(cell)) return 0;
  appendWhole(cell, <u64>value, 0);
  return behind;
}

export function appendWideInteger(cell: usize, p: usize, end: usize): usize {
  const isQuoted = byteAt(p) == QUOTE;
  const start = isQuoted ? p + 1 : p;
  const isSigned = hasFlag(cell, IS_SIGNED);
  let behind = readWhole(start, end);
  const isWide = behind == 0 || (isSigned && magnitude > <u64>i64.MAX_VALUE);
  if (isWide) behind = readWideWhole(start, end);
  return appendNumber(cell, behind, end, isQuoted, isWide, isSigned);
}

/** Appends the number before `behind`, and returns the position after it and its closing quote. */
function appendNumber(
  cell: usize,
  behind: usize,
  end: usize,
  isQuoted: bool,
  isWide: bool,
  isSigned: bool,
): usize {
  if (behind == 0) return 0;
  if (isQuoted && (behind >= end || byteAt(behind) != QUOTE)) return 0;
  if (isWide) {
    if (!appendWide(cell, isSigned)) return 0;
  } else {
    const isBelow = isNegative && magnitude != 0;
    if (isBelow && !isSigned) return 0;
    appendWhole(cell, isBelow ? -magnitude : magnitude, isBelow ? u64.MAX_VALUE : 0);
  }
  return isQuoted ? behind + 1 : behind;
}

export function appendFloat(cell: usize, p: usize, end: usize): usize {
  const behind = readFloat(p, end);
  if (behind == 0) return 0;
  const to = nextOf(cell);
  const width = field(cell, CELL_WIDTH);
  if (width == 8) store<f64>(to, float);
  else {
    const narrow = <f32>float;
    if (!isFinite(narrow)) return 0;
    if (width == 4) store<f32>(to, narrow);
    else store<u16>(to, <u16>(reinterpret<u32>(narrow) >> 16));
  }
  setNext(cell, to + width);
  return behind;
}

export function appendBool(cell: usize, p: usize, end: usize): usize {
  const value = isTrue(p, end);
  if (!value && !isFalse(p, end)) return 0;
  appendByte(cell, value ? 1 : 0);
  return value ? p + 4 : p + 5;
}

export function appendDecimal(cell: usize, p: usize, end: usize): usize {
  const isQuoted = byteAt(p) == QUOTE;
  const start = isQuoted ? p + 1 : p;
  const scale = load<u32>(cell + CELL_SCALE);
  const maxWholeDigits = load<u32>(cell + CELL_COUNT);
  let behind = readScaled(start, end, scale, maxWholeDigits);
  const isWide = behind == 0 && field(cell, CELL_WIDTH) > 8;
  if (isWide) behind = readWideScaled(start, end, scale, maxWholeDigits);
  return appendNumber(cell, behind, end, isQuoted, isWide, true);
}

export function appendEnum(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  if (close == 0) return 0;
  const length = close - p - 1;
  let name = field(cell, CELL_TABLE);
  for (let left = field(cell, CELL_COUNT); left > 0; left--, name += NAME_SIZE) {
    if (field(name, NAME_LENGTH) != length) continue;
    if (memory.compare(field(name, NAME_TEXT), p + 1, length) != 0) continue;
    appendWhole(cell, <u64>load<i32>(name + NAME_VALUE), 0);
    return close + 1;
  }
  return 0;
}

export function appendIp4(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  if (close == 0 || !readIp4(p + 1, close)) return 0;
  appendWhole(cell, address, 0);
  return close + 1;
}

export function appendIp6(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  const to = nextOf(cell);
  if (close == 0 || !writeIp6(to, p + 1, close)) return 0;
  setNext(cell, to + 16);
  return close + 1;
}

/** A UUID is two UInt64, so the bytes of each half are in reverse order. */
export function appendUuid(cell: usize, p: usize, end: usize): usize {
  if (p + 38 > end || byteAt(p) != QUOTE || byteAt(p + 37) != QUOTE) return 0;
  const text = p + 1;
  const to = nextOf(cell);
  let digits: i32 = 0;
  let at = text;
  let value: u64 = 0;
  for (let place = 0; place < 36; place++, at++) {
    if (place == 8 || place == 13 || place == 18 || place == 23) {
      if (byteAt(at) != 0x2d) return 0;
      continue;
    }
    const digit = hexDigit(byteAt(at));
    if (digit < 0) return 0;
    value = (value << 4) | <u64>digit;
    if (++digits == 16) store<u64>(to, value);
  }
  store<u64>(to, value, 8);
  setNext(cell, to + 16);
  return p + 38;
}

export function appendDate(cell: usize, p: usize, end: usize): usize {
  if (p + 12 > end || byteAt(p) != QUOTE || byteAt(p + 11) != QUOTE || !readDate(p + 1)) return 0;
  return storeDays(cell, <i64>days) ? p + 12 : 0;
}

export function appendDateNumber(cell: usize, p: usize, end: usize): usize {
  const behind = readWhole(p, end);
  if (behind == 0 || magnitude > 0xffffffff) return 0;
  return storeDays(cell, isNegative ? -(<i64>magnitude) : <i64>magnitude) ? behind : 0;
}

function storeDays(cell: usize, value: i64): bool {
  if (value < minOf(cell) || value > maxOf(cell)) return false;
  if (hasFlag(cell, IS_CLOCK)) clockSeconds = value * 86400;
  appendWhole(cell, <u64>value, 0);
  return true;
}

export function appendTime(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  if (close == 0 || !readTime(p + 1, close, hasFlag(cell, IS_STRICT))) return 0;
  const scale = load<u32>(cell + CELL_SCALE);
  return storeTime(cell, seconds, scale == 0 ? 0 : fractionTicks(scale)) ? close + 1 : 0;
}

/** A time of day, or a span of up to 999 hours. */
export function appendClock(cell: usize, p: usize, end: usize): usize {
  const close = closingQuote(p, end);
  if (close == 0) return 0;
  const isBelow = byteAt(p + 1) == 0x2d;
  if (!readClock(isBelow ? p + 2 : p + 1, close)) return 0;
  const scale = load<u32>(cell + CELL_SCALE);
  const ticks = seconds * <i64>powerOfTen(scale) + fractionTicks(scale);
  appendWhole(cell, <u64>(isBelow ? -ticks : ticks), 0);
  return close + 1;
}

export function appendTimeNumber(cell: usize, p: usize, end: usize): usize {
  const behind = readWhole(p, end);
  if (behind == 0 || magnitude > 999999999999999999) return 0;
  const value = isNegative ? -(<i64>magnitude) : <i64>magnitude;
  const unit = load<u32>(cell + CELL_UNIT);
  const scale = load<u32>(cell + CELL_SCALE);
  const perSecond = <i64>powerOfTen(unit);
  let whole = value / perSecond;
  let rest = value % perSecond;
  if (rest < 0) {
    whole--;
    rest += perSecond;
  }
  // Digits that the column can't hold are cut off downwards.
  const ticks =
    scale >= unit ? rest * <i64>powerOfTen(scale - unit) : rest / <i64>powerOfTen(unit - scale);
  return storeTime(cell, whole, ticks) ? behind : 0;
}

function storeTime(cell: usize, whole: i64, ticks: i64): bool {
  if (whole < minOf(cell) || whole > maxOf(cell)) return false;
  if (hasFlag(cell, IS_CLOCK)) clockSeconds = whole;
  const scaled = whole * <i64>powerOfTen(load<u32>(cell + CELL_SCALE));
  appendWhole(cell, <u64>(scaled + ticks), 0);
  return true;
}
