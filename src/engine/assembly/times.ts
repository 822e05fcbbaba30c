import { byteAt, skipDigits } from './text';

// Dates and times of ISO 8601 and RFC 3339, as in src/domain/types/times. A text is `[from, end)`.

/** Whole seconds and days since 1970 of what was read last. */
export let seconds: i64 = 0;
export let days: i32 = 0;
/** Position of the digits of the last fraction. Empty if there is none. */
export let fractionStart: usize = 0;
export let fractionEnd: usize = 0;

/** The last minute that was read. Records of one topic have similar times, and calendar arithmetic is expensive. */
let minuteLow: u64 = 0;
let minuteHigh: u64 = 0;
let minuteSeconds: i64 = 0;

/** The number that two digits form. More than 99 if they are not digits. */
@inline
function twoDigits(p: usize): u32 {
  const tens = byteAt(p) - 0x30;
  const ones = byteAt(p + 1) - 0x30;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 1000;
}

/** Reads `YYYY-MM-DD`. Its ten bytes must be before the end. */
export function readDate(p: usize): bool {
  const century = twoDigits(p);
  const years = twoDigits(p + 2);
  const month = twoDigits(p + 5);
  const day = twoDigits(p + 8);
  if (byteAt(p + 4) != 0x2d || byteAt(p + 7) != 0x2d) return false;
  if (century > 99 || years > 99 || month < 1 || month > 12 || day < 1) return false;
  const year = century * 100 + years;
  // The calendar counts from 1200 on, so that nothing is negative.
  if (year < 1201 || day > daysOfMonth(year, month)) return false;
  const shifted = (month > 2 ? year : year - 1) - 1200;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  days = <i32>(era * 146097 + dayOfEra) + 3 * 146097 - 719468;
  return true;
}

@inline
function daysOfMonth(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** Reads a date and time with seconds. `strict`: `T`, a point before a fraction, and either no zone, `Z` or `+02:00`. */
export function readTime(from: usize, end: usize, strict: bool): bool {
  if (from + 19 > end) return false;
  const low = load<u64>(from);
  const high = load<u64>(from, 8);
  const between = byteAt(from + 10);
  if (strict && between != 0x54) return false;
  if (low != minuteLow || high != minuteHigh) {
    if (between != 0x20 && (between | 0x20) != 0x74) return false;
    if (!readDate(from) || byteAt(from + 13) != 0x3a) return false;
    const hour = twoDigits(from + 11);
    const minute = twoDigits(from + 14);
    if (hour > 23 || minute > 59) return false;
    minuteSeconds = <i64>days * 86400 + hour * 3600 + minute * 60;
    minuteLow = low;
    minuteHigh = high;
  }
  const second = twoDigits(from + 17);
  if (byteAt(from + 16) != 0x3a || second > 59) return false;
  let p = from + 19;
  fractionStart = p;
  fractionEnd = p;
  if (p < end && (byteAt(p) == 0x2e || (!strict && byteAt(p) == 0x2c))) {
    fractionStart = p + 1;
    p = skipDigits(fractionStart, end);
    fractionEnd = p;
    if (p == fractionStart) return false;
  }
  seconds = minuteSeconds + second;
  return p == end || readZone(p, end, strict);
}

/** Reads `HH:MM:SS` with two or three digits of hours and a fraction. The byte at the end must be a quote. */
export function readClock(from: usize, end: usize): bool {
  let p = skipDigits(from, end);
  const size = p - from;
  if (size != 2 && size != 3) return false;
  const hundreds = size == 3 ? byteAt(from) - 0x30 : 0;
  const hours = hundreds * 100 + twoDigits(p - 2);
  // The closing quote is neither a digit nor a colon, so nothing behind it is read.
  if (byteAt(p) != 0x3a) return false;
  const minutes = twoDigits(p + 1);
  if (minutes > 59 || byteAt(p + 3) != 0x3a) return false;
  const second = twoDigits(p + 4);
  if (second > 59) return false;
  p += 6;
  fractionStart = p;
  fractionEnd = p;
  if (p < end && byteAt(p) == 0x2e) {
    fractionStart = p + 1;
    p = skipDigits(fractionStart, end);
    fractionEnd = p;
    if (p == fractionStart) return false;
  }
  seconds = <i64>(hours * 3600 + minutes * 60 + second);
  return p == end;
}

/** Subtracts the offset of local time from the seconds. */
function readZone(p: usize, end: usize, strict: bool): bool {
  const sign = byteAt(p);
  const size = end - p;
  if (size == 1) return sign == 0x5a || (!strict && sign == 0x7a);
  if (sign != 0x2b && sign != 0x2d) return false;
  const hasColon = size == 6;
  if (!hasColon && (strict || (size != 3 && size != 5))) return false;
  if (hasColon && byteAt(p + 3) != 0x3a) return false;
  const hours = twoDigits(p + 1);
  const minutes = size == 3 ? 0 : twoDigits(hasColon ? p + 4 : p + 3);
  if (hours > 23 || minutes > 59) return false;
  const ahead = <i64>(hours * 3600 + minutes * 60);
  seconds -= sign == 0x2b ? ahead : -ahead;
  return true;
}

/** The first `scale` digits of the last fraction as a whole number. Further digits are cut off. */
export function fractionTicks(scale: u32): i64 {
  let ticks: i64 = 0;
  for (let at: u32 = 0; at < scale; at++) {
    const p = fractionStart + at;
    ticks = ticks * 10 + (p < fractionEnd ? <i64>(byteAt(p) - 0x30) : 0);
  }
  return ticks;
}
