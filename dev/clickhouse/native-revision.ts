import { NOT_IMPLEMENTED, ServerError } from './server-error.js';

/** The revisions of the native protocol that change how a block is written. */
const WITH_BLOCK_INFO = 51_903;
const WITH_CUSTOM_SERIALIZATION = 54_454;

/** No overflow row, no bucket. */
const BLOCK_INFO = Buffer.from([1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0]);
const NO_CUSTOM_SERIALIZATION = Buffer.from([0]);

const WIDTHS: Readonly<Record<string, number>> = {
  ...{ UInt8: 1, Int8: 1, Bool: 1, Enum8: 1 },
  ...{ UInt16: 2, Int16: 2, Date: 2, Enum16: 2 },
  ...{ UInt32: 4, Int32: 4, Float32: 4, DateTime: 4, Date32: 4, IPv4: 4 },
  ...{ UInt64: 8, Int64: 8, Float64: 8, DateTime64: 8 },
  ...{ UUID: 16, IPv6: 16, UInt128: 16, Int128: 16, UInt256: 32, Int256: 32 },
};

/**
 * Rewrites a `Native` answer for a client that sends `client_protocol_version`, such as Go's, because the embedded engine writes
 * it for revision 0. It knows the types of event tables and throws on others.
 */
export function nativeForRevision(native: Uint8Array, revision: number): Uint8Array {
  if (revision < WITH_BLOCK_INFO) return native;
  const bytes = Buffer.from(native.buffer, native.byteOffset, native.byteLength);
  const custom = revision < WITH_CUSTOM_SERIALIZATION ? Buffer.alloc(0) : NO_CUSTOM_SERIALIZATION;
  const parts: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const blockAt = at;
    const columns = varint();
    const rows = varint();
    parts.push(BLOCK_INFO, bytes.subarray(blockAt, at));
    for (let column = 0; column < columns; column += 1) {
      const headAt = at;
      text();
      const type = text();
      parts.push(bytes.subarray(headAt, at), custom);
      const valuesAt = at;
      skip(type, rows);
      parts.push(bytes.subarray(valuesAt, at));
    }
  }
  return Buffer.concat(parts);

  function varint(): number {
    for (let value = 0, unit = 1; ; unit *= 128) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  function text(): string {
    const length = varint();
    at += length;
    return bytes.toString('utf8', at - length, at);
  }

  function skip(type: string, rows: number): void {
    const [, name = type, inner = ''] = /^(\w+)\((.*)\)$/s.exec(type) ?? [];
    if (name === 'Nullable') {
      at += rows;
      skip(inner, rows);
    } else if (name === 'Array') {
      const total = rows === 0 ? 0 : Number(bytes.readBigUInt64LE(at + 8 * (rows - 1)));
      at += 8 * rows;
      skip(inner, total);
    } else if (name === 'String') {
      for (let row = 0; row < rows; row += 1) text();
    } else {
      at += rows * widthOf(name, inner);
    }
  }
}

function widthOf(name: string, inner: string): number {
  const width = WIDTHS[name];
  if (width !== undefined) return width;
  const size = Number(/^\d+/.exec(inner)?.[0] ?? 0);
  if (name === 'FixedString') return size;
  if (name === 'Decimal') return size <= 9 ? 4 : size <= 18 ? 8 : size <= 38 ? 16 : 32;
  throw new ServerError(
    NOT_IMPLEMENTED,
    `Native with client_protocol_version: the front doesn't know type ${name}. (NOT_IMPLEMENTED)`,
  );
}
