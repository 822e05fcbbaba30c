import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { Halves } from './native/integer-text.js';
import { bigIntAt } from './native/read-bytes.js';
import { TextWriter } from './native/text-writer.js';
import { printType } from './text/print-type.js';
import { digitsAt, fractionTicks, skipDigits } from './times/digits.js';
import { expectNoArguments, wholeArgument, wrongArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

/** A time of day, or a span of up to 999 hours. */
export const time: TypeFamily = {
  names: ['Time', 'Time64'],
  rule: {
    types: 'Time, Time64(S)',
    accepts:
      '`HH:MM:SS` with two or three digits of hours, a fraction, and a minus in front; up to 999:59:59',
    rejectedAs: ['wrong_type', 'bad_time'],
    reads: {},
    storedAs: 'digits beyond the precision of the column are truncated',
    inJavaScript: 'string: `07:05:09`, `-101:00:00.250`',
  },
  create(node): ColumnType {
    const hasScale = node.name === 'Time64';
    if (!hasScale) expectNoArguments(node);
    if (node.args.length > 1) throw wrongArguments(node, 'takes a scale only');
    const scale = hasScale ? wholeArgument(node, 0, { min: 0, max: 9, what: 'a scale' }) : 0;
    const text = printType(node);
    const width = hasScale ? 8 : 4;
    return {
      node,
      text,
      layout: { kind: 'fixed', width },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: !hasScale,
      createWriter: ({ fault }) => new TimeWriter(text, { width, scale, fault }),
    };
  },
};

const COLON = 0x3a;
const MINUS = 0x2d;
const POINT = 0x2e;
const halves = new Halves();

class TimeWriter extends TextWriter {
  private readonly scale: number;

  constructor(
    type: string,
    { width, scale, fault }: { width: number; scale: number; fault: ValueFault },
  ) {
    super(type, {
      width,
      rule: 'must be a time, HH:MM:SS, from -999:59:59 to 999:59:59',
      fault,
    });
    this.scale = scale;
  }

  valueAt(at: number): string {
    const { bytes } = this.column;
    const ticks =
      this.width === 4
        ? BigInt(bytes.readInt32LE(at))
        : bigIntAt(bytes, at, { width: 8, isSigned: true });
    const perSecond = 10n ** BigInt(this.scale);
    const positive = ticks < 0n ? -ticks : ticks;
    const seconds = Number(positive / perSecond);
    const two = (value: number) => String(value).padStart(2, '0');
    const clock = `${two(Math.floor(seconds / 3_600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const fraction = String(positive % perSecond).padStart(this.scale, '0');
    return `${ticks < 0n ? '-' : ''}${clock}${this.scale === 0 ? '' : `.${fraction}`}`;
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    const hoursEnd = skipDigits(bytes, first, end);
    const hours = digitsAt(bytes, first, { count: hoursEnd - first, end });
    const minutes = digitsAt(bytes, hoursEnd + 1, { count: 2, end });
    const seconds = digitsAt(bytes, hoursEnd + 4, { count: 2, end });
    const isClock =
      (hoursEnd - first === 2 || hoursEnd - first === 3) &&
      bytes[hoursEnd] === COLON &&
      bytes[hoursEnd + 3] === COLON &&
      minutes <= 59 &&
      seconds <= 59;
    let at = hoursEnd + 6;
    let ticks = 0;
    if (isClock && at < end && bytes[at] === POINT) {
      const fractionEnd = skipDigits(bytes, at + 1, end);
      ticks = fractionTicks(bytes, at + 1, { end: fractionEnd, scale: this.scale });
      at = fractionEnd === at + 1 ? end + 1 : fractionEnd;
    }
    if (!isClock || at !== end) return this.fault.raise('bad_time', this.rule);
    halves.setProduct(hours * 3_600 + minutes * 60 + seconds, 10 ** this.scale, ticks);
    if (isNegative) halves.negate();
    if (this.width === 4) this.column.appendInt32(halves.low);
    else this.column.appendHalves(halves.low, halves.high);
    return 0;
  }
}
