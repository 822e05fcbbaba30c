import { Buffer } from 'node:buffer';
import type { ColumnType, TypeFamily } from './column-type.js';
import { TextWriter } from './native/text-writer.js';
import { expectNoArguments } from './type-arguments.js';
import type { ValueFault } from './value-fault.js';

export const ip: TypeFamily = {
  names: ['IPv4', 'IPv6'],
  rule: {
    types: 'IPv4, IPv6',
    accepts:
      'an address as text: `1.2.3.4`; `2001:db8::1` in any case. An IPv6 column also takes `1.2.3.4`, as `::ffff:1.2.3.4`',
    rejectedAs: ['wrong_type', 'bad_ip'],
    reads: {},
    storedAs: 'read back in the shortest spelling',
    inJavaScript: 'string',
  },
  create(node): ColumnType {
    expectNoArguments(node);
    const isFour = node.name === 'IPv4';
    return {
      node,
      text: node.name,
      layout: { kind: 'fixed', width: isFour ? 4 : 16 },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: true,
      createWriter: ({ fault }) => (isFour ? new Ip4Writer(fault) : new Ip6Writer(fault)),
    };
  },
};

const MAX_TEXT_BYTES = 45;
const NO_ADDRESS = -1;
const ZERO = 0x30;
const POINT = 0x2e;

class Ip4Writer extends TextWriter {
  constructor(fault: ValueFault) {
    super('IPv4', { width: 4, rule: 'must be an IPv4 address, for example 192.0.2.1', fault });
  }

  valueAt(at: number): string {
    return [...this.column.bytes.subarray(at, at + 4)].reverse().join('.');
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const address = ip4At(bytes, start, end);
    if (address < 0) return this.fault.raise('bad_ip', this.rule);
    this.column.appendInt32(address | 0);
    return 0;
  }
}

class Ip6Writer extends TextWriter {
  constructor(fault: ValueFault) {
    super('IPv6', { width: 16, rule: 'must be an IPv6 address, for example 2001:db8::1', fault });
  }

  valueAt(at: number): string {
    const groups = Array.from({ length: 8 }, (_, index) =>
      this.column.bytes.readUInt16BE(at + index * 2).toString(16),
    );
    return shortened(groups);
  }

  protected appendSpelt(bytes: Buffer, start: number, end: number): number {
    const groups =
      end - start > MAX_TEXT_BYTES ? null : ip6Of(bytes.toString('latin1', start, end));
    if (groups === null) return this.fault.raise('bad_ip', this.rule);
    for (const group of groups) {
      this.column.appendUInt8(group >> 8);
      this.column.appendUInt8(group & 0xff);
    }
    return 0;
  }
}

/**
 * The UInt32 of four numbers up to 255, separated by points, the first one in the highest byte. -1 for anything else,
 * including leading zeros, which some programs read as octal.
 */
function ip4At(bytes: Uint8Array, start: number, end: number): number {
  let address = 0;
  let at = start;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && bytes[at++] !== POINT) return NO_ADDRESS;
    const first = at;
    let number = 0;
    for (; at < end && at < first + 3; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const hasZero = bytes[first] === ZERO && at > first + 1;
    if (at === first || hasZero || number > 255) return NO_ADDRESS;
    address = address * 256 + number;
  }
  return at === end ? address : NO_ADDRESS;
}

function ip4Of(text: string): number {
  const bytes = Buffer.from(text, 'latin1');
  return ip4At(bytes, 0, bytes.length);
}

/** Eight groups of 16 bits. */
function ip6Of(text: string): readonly number[] | null {
  const four = ip4Of(text.slice(text.lastIndexOf(':') + 1));
  const isMapped = four >= 0 && !text.includes(':');
  if (isMapped) return [0, 0, 0, 0, 0, 0xffff, ...pairsOf(four)];
  const hex = four < 0 ? text : `${text.slice(0, text.lastIndexOf(':'))}:0:0`;
  const [head = '', tail, ...more] = hex.split('::');
  if (more.length > 0) return null;
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...before, ...Array<number>(missing).fill(0), ...after];
  return four < 0 ? groups : [...groups.slice(0, 6), ...pairsOf(four)];
}

function groupsOf(text: string): readonly number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => Number.parseInt(group, 16))
    : null;
}

function pairsOf(address: number): readonly number[] {
  return [Math.floor(address / 0x1_0000), address % 0x1_0000];
}

/** Shortens as in RFC 5952: the first of the longest runs of zero groups becomes `::`. */
function shortened(groups: readonly string[]): string {
  const runs = [...groups.join(':').matchAll(/\b0(?::0)+\b/g)].map(([run]) => run);
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups.join(':');
  const text = groups.join(':');
  const at = text.indexOf(longest);
  const before = text.slice(0, Math.max(0, at - 1));
  const after = text.slice(at + longest.length + 1);
  return `${before}::${after}`;
}
