import type { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { TextWriter } from './native/text-writer.js';
import { expectNoArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

export const uuid: TypeFamily = {
  names: ['UUID'],
  rule: {
    types: 'UUID',
    accepts: '36 characters, hexadecimal digits in any case with four dashes',
    rejectedAs: ['wrong_type', 'bad_uuid'],
    reads: {},
    storedAs: 'read back in lower case',
    inJavaScript: 'string',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    return {
      node,
      text: 'UUID',
      layout: { kind: 'fixed', width: 16 },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault }) => new UuidWriter(fault),
    };
  },
};

const LENGTH = 36;
const DASH = 0x2d;
const DASHES = [8, 13, 18, 23];
/** Positions of the sixteen pairs of digits in the text. */
const PAIRS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** The value of a hexadecimal digit by its byte. Negative for any other byte. */
const HEX = new Int8Array(256).fill(-1);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

class UuidWriter extends TextWriter {
  constructor(fault: ValueFault) {
    super('UUID', {
      width: 16,
      rule: 'must be a UUID, for example 61f0c404-5cb3-11e7-907b-a6006ad3dba0',
      fault,
    });
  }

  valueAt(at: number): string {
    const half = (from: number) => hexOf([...this.column.bytes.subarray(from, from + 8)].reverse());
    return (half(at) + half(at + 8)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  /** A UUID is two UInt64, so the bytes of each half are in reverse order. */
  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    let isBad = end - start !== LENGTH || DASHES.some((at) => bytes[start + at] !== DASH);
    const { column } = this;
    column.reserve(16);
    for (let index = 0; index < 16 && !isBad; index++) {
      const at = start + PAIRS[index]!;
      const value = (HEX[bytes[at]!]! << 4) | HEX[bytes[at + 1]!]!;
      isBad = value < 0;
      column.bytes[column.length + (index < 8 ? 7 - index : 23 - index)] = value;
    }
    if (isBad) return this.fault.raise('bad_uuid', this.rule);
    column.length += 16;
    return 0;
  }
}

function hexOf(bytes: readonly number[]): string {
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
