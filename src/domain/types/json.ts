import { Buffer } from 'node:buffer';
import { type ColumnType, type TypeFamily, UnsupportedTypeError } from './column-type.js';
import { readJson } from './json-text/read-json.js';
import { jsonFaultIn } from './json-text/storable-json.js';
import { BRACE, endOfValue } from './json-text/end-of-value.js';
import { writtenJson } from './json-text/written-json.js';
import { ScalarWriter } from './native/column-writer.js';
import { JSON_TEXT_PREFIX } from './native/layout.js';
import { lengthAt } from './native/read-bytes.js';
import { printType } from './text/print-type.js';
import { FAULT } from './value-fault.js';

/**
 * Objects. A block holds them as text, and is flattened when it is sent if that is certain to store the same. The server
 * refuses a whole block for one object that it can't store and names no row, so each object is checked first.
 */
export const json: TypeFamily = {
  names: ['JSON'],
  rule: {
    types: 'JSON, with or without max_dynamic_paths and SKIP',
    accepts:
      'an object that ClickHouse can store: no key twice in one object, not even `"a.b"` next to `{"a":{"b":...}}`; integers ' +
      'of up to 64 bits, and in an array with other numbers up to 2^53; numbers below 1.8e308; no unpaired surrogates; ' +
      'less than 1,000 levels',
    rejectedAs: ['wrong_type', 'not_storable_json'],
    reads: {},
    storedAs:
      'paths and values: nulls and empty objects vanish, `a.b` becomes nested, keys are sorted. If that ' +
      "matters, also keep the text in a String with `read: 'json'`",
    inJavaScript: 'object, with bigint for integers beyond 2^53',
  },
  create(node): ColumnType {
    const text = printType(node);
    const typed = node.args.find(({ kind }) => kind !== 'setting' && !kind.startsWith('skip'));
    if (typed !== undefined) {
      throw new UnsupportedTypeError(
        `${text}: Millrace can't fill typed paths of JSON. Give the path a column of its own, with path`,
      );
    }
    return {
      node,
      text,
      layout: { kind: 'json-text' },
      reads: [],
      isNullable: false,
      canBeNullable: true,
      canBeLowCardinality: false,
      createWriter: ({ fault }) => new JsonWriter(text, fault),
    };
  },
};

/**
 * Settings of every insert with JSON columns, and of every query that sends some. By default, the server turns texts that look
 * like dates into dates: `2024-01-02T03:04:05.6+02:00` loses its fraction and its zone, and once a path has held a date, even
 * `1` becomes one, in the current year (26.7).
 */
export const JSON_INSERT_SETTINGS = {
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
} as const;

/** Whether the type is JSON or contains it. */
export function hasJson(type: string): boolean {
  return /\bJSON\b/.test(type);
}

const RULE = 'must be an object';

const PREFIX = Buffer.alloc(8);
PREFIX.writeUInt32LE(JSON_TEXT_PREFIX);

class JsonWriter extends ScalarWriter {
  protected override readonly prefixBytes = PREFIX;

  appendJson(bytes: Buffer, at: number): number {
    if (bytes[at] !== BRACE) return this.wrongType(bytes, at, RULE);
    const problem = jsonFaultIn(bytes, at);
    if (problem !== null) return this.fault.raise('not_storable_json', problem);
    const end = endOfValue(bytes, at);
    this.column.appendString(bytes, at, end);
    return end;
  }

  appendText(): number {
    return this.fault.raise('wrong_type', RULE);
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.wrongValue(value, RULE);
    }
    const text = writtenJson(value);
    if (text === null) {
      return this.fault.raise('not_storable_json', 'must contain only values that JSON has');
    }
    const bytes = Buffer.from(text);
    return this.appendJson(bytes, 0) === FAULT ? FAULT : 0;
  }

  appendZero(): void {
    this.column.appendUInt8(2);
    this.column.appendUInt8(0x7b);
    this.column.appendUInt8(0x7d);
  }

  valueAt(at: number): unknown {
    return readJson(this.column.bytes, lengthAt(this.column.bytes, at).end);
  }

  sizeAt(at: number): number {
    const { value, end } = lengthAt(this.column.bytes, at);
    return end - at + value;
  }
}
