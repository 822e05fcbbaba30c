import type { Buffer } from 'node:buffer';
import { dayNumber } from './calendar.js';
import { digitsAt, skipDigits } from './digits.js';

const DASH = 0x2d;
const PLUS = 0x2b;
const COLON = 0x3a;
const POINT = 0x2e;
const COMMA = 0x2c;
const SPACE = 0x20;
const LETTER_T = 0x74;
const LETTER_Z = 0x7a;
/** `YYYY-MM-DDTHH:MM` */
const MINUTE_BYTES = 16;
const CAPITAL_T = 0x54;
const CAPITAL_Z = 0x5a;

/**
 * The last time that was read. It is a date and time of ISO 8601 (extended format) or RFC 3339: `T`, `t` or one space
 * between date and time; seconds may be left out; a fraction of any length after a point or comma; `Z`, `z`, `+02`, `+0200`
 * or `+02:00`, and UTC if no zone is given.
 */
export class TimestampText {
  /** Whole seconds since 1970, UTC. */
  seconds = 0;
  /** Position of the digits of the fraction. Empty if there is none. */
  fractionStart = 0;
  fractionEnd = 0;
  /** The last minute that was read. Records of one topic have similar times, and calendar arithmetic is expensive. */
  private minuteKey = -1;
  private minuteSeconds = 0;

  /** False if the text is not a date and time, or names a day or hour that does not exist. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const minute = this.minuteAt(bytes, start, end);
    let at = start + MINUTE_BYTES;
    let second = 0;
    if (at < end && bytes[at] === COLON) {
      second = digitsAt(bytes, at + 1, { count: 2, end });
      at += 3;
    }
    this.fractionStart = at;
    this.fractionEnd = at;
    // A fraction is only allowed after seconds.
    if (at < end && (bytes[at] === POINT || bytes[at] === COMMA) && at === start + 19) {
      this.fractionStart = at + 1;
      this.fractionEnd = skipDigits(bytes, at + 1, end);
      if (this.fractionEnd === at + 1) return false;
      at = this.fractionEnd;
    }
    // Comparisons with NaN, which means an invalid number, are false.
    if (!(second <= 59)) return false;
    this.seconds = minute + second - secondsAhead(bytes, at, end);
    return this.seconds === this.seconds;
  }

  /**
   * Whether zod would accept the last text as a local or global ISO datetime: with `T`, with a point before the fraction,
   * and either without a zone or with `Z` or `+02:00` after the seconds.
   */
  isStrict(bytes: Buffer, start: number, end: number): boolean {
    const { fractionStart, fractionEnd } = this;
    const hasFraction = fractionEnd > fractionStart;
    const zoneBytes = end - fractionEnd;
    return (
      bytes[start + 10] === CAPITAL_T &&
      (!hasFraction || bytes[fractionStart - 1] === POINT) &&
      (zoneBytes === 0 ||
        (fractionEnd > start + MINUTE_BYTES &&
          (zoneBytes === 6 || (zoneBytes === 1 && bytes[end - 1] === CAPITAL_Z))))
    );
  }

  /** Seconds since 1970 of the minute `YYYY-MM-DDTHH:MM`. NaN if it is not a valid minute. */
  private minuteAt(bytes: Buffer, start: number, end: number): number {
    const between = bytes[start + 10];
    const isDateTime =
      bytes[start + 4] === DASH &&
      bytes[start + 7] === DASH &&
      bytes[start + 13] === COLON &&
      between !== undefined &&
      (between === SPACE || (between | 0x20) === LETTER_T);
    if (!isDateTime || end - start < MINUTE_BYTES) return NaN;
    const year = digitsAt(bytes, start, { count: 4, end });
    const month = digitsAt(bytes, start + 5, { count: 2, end });
    const day = digitsAt(bytes, start + 8, { count: 2, end });
    const hour = digitsAt(bytes, start + 11, { count: 2, end });
    const minute = digitsAt(bytes, start + 14, { count: 2, end });
    const key = (((year * 100 + month) * 100 + day) * 100 + hour) * 100 + minute;
    if (key === this.minuteKey) return this.minuteSeconds;
    if (!(hour <= 23 && minute <= 59)) return NaN;
    const seconds = dayNumber(year, month, day) * 86_400 + hour * 3_600 + minute * 60;
    if (seconds === seconds) {
      this.minuteKey = key;
      this.minuteSeconds = seconds;
    }
    return seconds;
  }
}

/** Offset of local time from UTC, parsed from the rest of the text. NaN if that is not a zone. */
function secondsAhead(bytes: Buffer, at: number, end: number): number {
  if (at === end) return 0;
  const first = bytes[at]!;
  if ((first | 0x20) === LETTER_Z) return at + 1 === end ? 0 : NaN;
  if (first !== PLUS && first !== DASH) return NaN;
  const hours = digitsAt(bytes, at + 1, { count: 2, end });
  const hasColon = bytes[at + 3] === COLON && at + 3 < end;
  const minutesAt = hasColon ? at + 4 : at + 3;
  const hasMinutes = minutesAt < end || hasColon;
  const minutes = hasMinutes ? digitsAt(bytes, minutesAt, { count: 2, end }) : 0;
  const isWhole = end === (hasMinutes ? minutesAt + 2 : minutesAt);
  if (!isWhole || !(hours <= 23 && minutes <= 59)) return NaN;
  const ahead = hours * 3_600 + minutes * 60;
  return first === PLUS ? ahead : -ahead;
}
