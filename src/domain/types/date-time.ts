import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import type { NumberToken } from './json-text/number-token.js';
import type { EventClock } from './native/event-clock.js';
import { Halves } from './native/integer-text.js';
import { bigIntAt } from './native/read-bytes.js';
import { NumberOrTextWriter } from './native/text-writer.js';
import { printType } from './text/print-type.js';
import { fractionTicks } from './times/digits.js';
import { TimestampText } from './times/timestamp-text.js';
import { expectZone, wholeArgument } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';
import type { ReadVariant } from './value-rule.js';

/** Digits after the second, by the unit of an epoch. */
const EPOCHS: Readonly<Partial<Record<ReadVariant, number>>> = {
  'epoch-s': 0,
  'epoch-ms': 3,
  'epoch-us': 6,
  'epoch-ns': 9,
};

/** 1970-01-01 to 2106-02-07T06:28:15Z. */
const DATE_TIME = { min: 0, max: 0xffff_ffff };
/** 1900-01-01 to 2299-12-31T23:59:59Z: ClickHouse's calendar has no other years. */
const DATE_TIME_64 = { min: -2_208_988_800, max: 10_413_791_999 };
/** 2262-04-11T23:47:15Z: later nanoseconds do not fit 64 bits. */
const LAST_NANOSECONDS = 9_223_372_035;

export const dateTime: TypeFamily = {
  names: ['DateTime', 'DateTime64'],
  rule: {
    types: "DateTime, DateTime64(S), with or without a zone: DateTime64(3, 'UTC')",
    accepts:
      'a date and time of ISO 8601 or RFC 3339: `T`, `t` or a space in between, seconds optional, a fraction after a point ' +
      'or comma, `Z`, `z`, `+02`, `+0200` or `+02:00`; UTC if no zone is given. DateTime from 1970 to ' +
      '2106-02-07T06:28:15Z, DateTime64 from 1900 to 2299 (with nine digits to 2262-04-11)',
    rejectedAs: ['wrong_type', 'bad_timestamp', 'timestamp_out_of_range'],
    reads: {
      'iso-strict':
        'only `T`, a point before a fraction, `Z` or `+02:00`, and seconds where there is a zone',
      'epoch-s': 'a number of seconds since 1970, or a string of one',
      'epoch-ms': 'the same in milliseconds',
      'epoch-us': 'the same in microseconds',
      'epoch-ns': 'the same in nanoseconds',
    },
    storedAs: 'UTC; digits beyond the precision of the column are truncated, towards the past',
    inJavaScript:
      'string: `2026-11-23T07:00:00.123Z`, with as many digits as the column has; a transform may also give a Date',
  },
  create(node): ColumnType {
    const hasScale = node.name === 'DateTime64';
    const scale = hasScale ? wholeArgument(node, 0, { min: 0, max: 9, what: 'a scale' }) : 0;
    expectZone(node, hasScale ? 1 : 0);
    const text = printType(node);
    const width = hasScale ? 8 : 4;
    return {
      node,
      text,
      layout: { kind: 'fixed', width },
      reads: ['iso-strict', 'epoch-s', 'epoch-ms', 'epoch-us', 'epoch-ns'],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: !hasScale,
      createWriter: ({ fault, read }) =>
        new DateTimeWriter(text, {
          width,
          scale,
          fault,
          unit: read && EPOCHS[read],
          isStrict: read === 'iso-strict',
        }),
    };
  },
};

interface DateTimeOptions {
  readonly width: number;
  /** Digits after the second that the column stores. */
  readonly scale: number;
  /** Digits after the second in the unit of the events' numbers. Undefined if the events contain texts. */
  readonly unit: number | undefined;
  /** Accepts only the spelling of JavaScript's own dates. */
  readonly isStrict: boolean;
  readonly fault: ValueFault;
}

const timestamp = new TimestampText();
const halves = new Halves();

class DateTimeWriter extends NumberOrTextWriter implements EventClock {
  /** Whole seconds since 1970 of the value that was appended last. */
  lastSeconds = 0;
  private readonly scale: number;
  private readonly unit: number;
  private readonly isStrict: boolean;
  private readonly min: number;
  private readonly max: number;
  private readonly rangeRule: string;

  constructor(type: string, { width, scale, unit, isStrict, fault }: DateTimeOptions) {
    super(type, {
      width,
      rule: 'must be an ISO 8601 date and time, for example 2026-11-23T07:00:00Z',
      ...(isStrict && { typeRule: 'must be a string' }),
      numberRule: unit === undefined ? null : 'must be a number of time units since 1970',
      fault,
    });
    const { min, max } = width === 4 ? DATE_TIME : DATE_TIME_64;
    this.scale = scale;
    this.unit = unit ?? 0;
    this.isStrict = isStrict;
    this.min = min;
    this.max = scale === 9 ? LAST_NANOSECONDS : max;
    this.rangeRule = `must lie between ${isoSecond(this.min)} and ${isoSecond(this.max)}`;
  }

  override appendValue(value: unknown): number {
    if (!(value instanceof Date)) return super.appendValue(value);
    const ms = value.getTime();
    const seconds = Math.floor(ms / 1_000);
    if (Number.isNaN(ms)) return this.fault.raise('bad_timestamp', 'must be a valid Date');
    const ticks = Math.floor((ms - seconds * 1_000) * 10 ** (this.scale - 3));
    return this.append(seconds, ticks);
  }

  valueAt(at: number): string {
    const { bytes } = this.column;
    const isWide = this.width === 8;
    const ticks = isWide
      ? bigIntAt(bytes, at, { width: 8, isSigned: true })
      : BigInt(bytes.readUInt32LE(at));
    const perSecond = 10n ** BigInt(this.scale);
    const fraction = ((ticks % perSecond) + perSecond) % perSecond;
    const second = isoSecond(Number((ticks - fraction) / perSecond)).slice(0, -1);
    const digits = this.scale === 0 ? '' : `.${String(fraction).padStart(this.scale, '0')}`;
    return `${second}${digits}Z`;
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const isTime = timestamp.read(bytes, start, end);
    if (!isTime || (this.isStrict && !timestamp.isStrict(bytes, start, end))) {
      return this.fault.raise('bad_timestamp', this.rule);
    }
    const { fractionStart, fractionEnd } = timestamp;
    const fraction = fractionTicks(bytes, fractionStart, { end: fractionEnd, scale: this.scale });
    return this.append(timestamp.seconds, fraction);
  }

  protected appendNumber(number: NumberToken): number {
    // More whole digits than any supported time has, even in nanoseconds.
    const wholeDigits = number.point - this.unit;
    if (number.count > 0 && wholeDigits > 12) return this.outOfRange();
    const { seconds, ticks } = this.split(number);
    return this.append(seconds, ticks);
  }

  /** Splits a number in the events' unit into seconds and ticks of the column. Excess digits are truncated downwards. */
  private split(number: NumberToken): { readonly seconds: number; readonly ticks: number } {
    const { digits, count } = number;
    const point = number.point - this.unit;
    let seconds = 0;
    let ticks = 0;
    let isCut = false;
    // Starts at the first significant digit: leading zeros add nothing, and an exponent may ask for a billion of them.
    for (let index = 0; index < count || index < point + this.scale; index++) {
      const digit = index < count ? digits[index]! : 0;
      if (index < point) seconds = seconds * 10 + digit;
      else if (index < point + this.scale) ticks = ticks * 10 + digit;
      else if (digit !== 0) isCut = true;
    }
    if (!number.isNegative) return { seconds, ticks };
    const below = ticks + (isCut ? 1 : 0);
    const perSecond = 10 ** this.scale;
    return below === 0
      ? { seconds: -seconds, ticks: 0 }
      : { seconds: -seconds - 1, ticks: perSecond - below };
  }

  private append(seconds: number, ticks: number): number {
    if (seconds < this.min || seconds > this.max) return this.outOfRange();
    this.lastSeconds = seconds;
    if (this.width === 4) {
      this.column.appendInt32(seconds | 0);
      return 0;
    }
    halves.setProduct(seconds, 10 ** this.scale, ticks);
    this.column.appendHalves(halves.low, halves.high);
    return 0;
  }

  private outOfRange(): number {
    return this.fault.raise('timestamp_out_of_range', this.rangeRule);
  }
}

function isoSecond(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}
