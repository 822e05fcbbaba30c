/** The last instant that ClickHouse's DateTime holds, 2106-02-07T06:28:15Z, in seconds since 1970. */
export const LAST_SECOND = 0xffff_ffff;

const UNSURE = -1;
const DASH = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;

/** Larger than any part of a date, so that one check of a part detects both a wrong number and a non-digit. */
const NO_DIGIT = 10_000;
const DIGIT = new Int32Array(256).fill(NO_DIGIT);
for (let digit = 0; digit < 10; digit++) DIGIT[0x30 + digit] = digit;

/** Cache of recent days, by month and day: their year, and their number since 1970. */
const yearAt = new Int32Array(13 * 32);
const daysAt = new Int32Array(13 * 32);

/** Seconds since 1970 of a text that zod's ISO format accepts. They may be outside of DateTime's range. */
export function secondsOfText(text: string): number {
  const [, local = '', zone = 'Z'] = /^([^.Z+]+?)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  return Date.parse(`${local}${zone}`) / 1_000;
}

/**
 * Seconds since 1970 of `YYYY-MM-DDTHH:MM:SS`, with an optional fraction, which is dropped, and an optional zone (`Z` or
 * `±HH:MM`; UTC by default). -1 for everything else, and for times outside of DateTime's range.
 */
export function secondsOfBytes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 19) return UNSURE;
  if (bytes[start + 4] !== DASH || bytes[start + 7] !== DASH || bytes[start + 10] !== 0x54) {
    return UNSURE;
  }
  const year = twoDigits(bytes, start) * 100 + twoDigits(bytes, start + 2);
  const day = dayNumber(year, twoDigits(bytes, start + 5), twoDigits(bytes, start + 8));
  const minutes = minutesOf(bytes, start + 11);
  const seconds = twoDigits(bytes, start + 17);
  if (day < 0 || minutes < 0 || bytes[start + 16] !== COLON || seconds > 59) return UNSURE;
  const local = day * 86_400 + minutes * 60 + seconds;
  const utc = end - start === 19 ? local : local - secondsAhead(bytes, start + 19, end);
  // Also false for NaN, if there is no valid zone.
  return utc >= 0 && utc <= LAST_SECOND ? utc : UNSURE;
}

/** Offset of local time from UTC, parsed from the text after the seconds. NaN if that is not a fraction and a zone. */
function secondsAhead(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  if (bytes[at] === 0x2e) {
    at++;
    while (at < end && DIGIT[bytes[at]!]! < 10) at++;
    if (at === start + 1) return NaN;
    if (at === end) return 0;
  }
  if (bytes[at] === 0x5a) return at + 1 === end ? 0 : NaN;
  if ((bytes[at] !== PLUS && bytes[at] !== DASH) || at + 6 !== end) return NaN;
  const minutes = minutesOf(bytes, at + 1);
  if (minutes < 0) return NaN;
  return bytes[at] === PLUS ? minutes * 60 : minutes * -60;
}

/** Minutes of `HH:MM`. -1 if there is no such time. */
function minutesOf(bytes: Uint8Array, at: number): number {
  const hours = twoDigits(bytes, at);
  const minutes = twoDigits(bytes, at + 3);
  return bytes[at + 2] === COLON && hours < 24 && minutes < 60 ? hours * 60 + minutes : UNSURE;
}

/** Days since 1970-01-01. -1 if there is no such day, or if the year is outside of DateTime's range. */
function dayNumber(year: number, month: number, day: number): number {
  // A day beyond either end may be valid because of its zone. That is left to the slow path.
  if (year < 1970 || year > 2106 || month > 12 || day > 31) return UNSURE;
  const place = month * 32 + day;
  if (yearAt[place] !== year) {
    const midnight = new Date(Date.UTC(year, month - 1, day));
    // For a day that the month lacks, the calendar returns a day of the next month.
    if (midnight.getUTCMonth() !== month - 1) return UNSURE;
    yearAt[place] = year;
    daysAt[place] = midnight.getTime() / 86_400_000;
  }
  return daysAt[place]!;
}

/** The number that two digits form. `NO_DIGIT` or more if they are not digits. */
function twoDigits(bytes: Uint8Array, at: number): number {
  return DIGIT[bytes[at]!]! * 10 + DIGIT[bytes[at + 1]!]!;
}
