import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import type { NumberToken } from './json-text/number-token.js';
import type { EventClock } from './native/event-clock.js';
import { NumberOrTextWriter } from './native/text-writer.js';
import { dateText, dayNumber } from './times/calendar.js';
import { digitsAt } from './times/digits.js';
import { expectNoArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

interface DateRange {
  /** Days since 1970, as is `max`. */
  readonly min: number;
  readonly max: number;
  readonly width: number;
  /** What ClickHouse stores if no value is given. */
  readonly zero: number;
}

/** 1970-01-01 to 2149-06-06, and 1900-01-01 to 2299-12-31. ClickHouse silently moves other days to the nearest of these. */
const RANGES: Readonly<Record<string, DateRange>> = {
  Date: { min: 0, max: 65_535, width: 2, zero: 0 },
  Date32: { min: -25_567, max: 120_529, width: 4, zero: -25_567 },
};

export const date: TypeFamily = {
  names: ['Date', 'Date32'],
  rule: {
    types: 'Date, Date32',
    accepts:
      '`YYYY-MM-DD`; Date from 1970-01-01 to 2149-06-06, Date32 from 1900-01-01 to 2299-12-31',
    rejectedAs: ['wrong_type', 'bad_date', 'out_of_range'],
    reads: { 'epoch-days': 'a whole number of days since 1970-01-01' },
    inJavaScript: 'string: `YYYY-MM-DD`',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    const range = RANGES[node.name]!;
    return {
      node,
      text: node.name,
      layout: { kind: 'fixed', width: range.width },
      reads: ['epoch-days'],
      isNullable: false,
      canBeNullable: true,
      // ClickHouse has LowCardinality of Date and of Date32.
      canBeLowCardinality: true,
      createWriter: ({ fault, read }) =>
        new DateWriter(node.name, { ...range, fault, isNumber: read === 'epoch-days' }),
    };
  },
};

interface DateOptions extends DateRange {
  readonly isNumber: boolean;
  readonly fault: ValueFault;
}

const DASH = 0x2d;

class DateWriter extends NumberOrTextWriter implements EventClock {
  lastSeconds = 0;
  private readonly range: DateRange;
  private readonly rangeRule: string;

  constructor(type: string, { isNumber, fault, ...range }: DateOptions) {
    super(type, {
      width: range.width,
      rule: 'must be a date, YYYY-MM-DD',
      numberRule: isNumber ? 'must be a whole number of days since 1970' : null,
      fault,
    });
    this.range = range;
    this.rangeRule = `must lie between ${dateText(range.min)} and ${dateText(range.max)}`;
  }

  override appendZero(): void {
    this.write(this.range.zero);
  }

  valueAt(at: number): string {
    const { bytes } = this.column;
    return dateText(this.width === 2 ? bytes.readUInt16LE(at) : bytes.readInt32LE(at));
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const isDate = end - start === 10 && bytes[start + 4] === DASH && bytes[start + 7] === DASH;
    const days = dayNumber(
      digitsAt(bytes, start, { count: 4, end }),
      digitsAt(bytes, start + 5, { count: 2, end }),
      digitsAt(bytes, start + 8, { count: 2, end }),
    );
    if (!isDate || Number.isNaN(days)) return this.fault.raise('bad_date', this.rule);
    return this.append(days);
  }

  protected appendNumber(days: NumberToken): number {
    if (days.fractionDigits > 0) return this.fault.raise('not_whole', 'must be whole days');
    if (days.point > 9) return this.fault.raise('out_of_range', this.rangeRule);
    return this.append(Number(days.wholeText(0)) * (days.isNegative ? -1 : 1));
  }

  private append(days: number): number {
    const { min, max } = this.range;
    if (days < min || days > max) return this.fault.raise('out_of_range', this.rangeRule);
    this.lastSeconds = days * 86_400;
    this.write(days);
    return 0;
  }

  private write(days: number): void {
    if (this.width === 2) this.column.appendUInt16(days);
    else this.column.appendInt32(days);
  }
}
