import { Buffer } from 'node:buffer';
import type { RecordHeader, RecordRun } from '../domain/records/record-run.js';

/** A Kafka record as a test writes it. */
export interface TestRecord {
  /** Bytes and text are used as they are. An object or array becomes JSON, a `bigint` with all digits. Null is a tombstone. */
  readonly value: Uint8Array | string | object | null;
  readonly key?: Uint8Array | string | null;
  /** Use a list to repeat a name: the last header of a name counts. */
  readonly headers?:
    | Readonly<Record<string, Uint8Array | string | null>>
    | readonly { readonly key: string; readonly value: Uint8Array | string | null }[];
  /** Milliseconds since 1970, or a Date. The default is 0. */
  readonly timestamp?: number | Date;
  /** The default is 0. */
  readonly partition?: number;
  /** The default is the record's index in the list. */
  readonly offset?: number;
}

/** One record in the form that a fetch returns. `place` is its offset if it has none. */
export function runOf(record: TestRecord, place: number): RecordRun {
  const value = valueBytes(record.value);
  const key = bytesOf(record.key ?? null);
  const headers = headersOf(record);
  const valueLength = value?.length ?? 0;
  return {
    partition: record.partition ?? 0,
    count: 1,
    bytes: Buffer.concat([value ?? Buffer.alloc(0), key ?? Buffer.alloc(0)]),
    offsets: Float64Array.of(record.offset ?? place),
    timestamps: Float64Array.of(Number(record.timestamp ?? 0)),
    valueStarts: Int32Array.of(value === null ? -1 : 0),
    valueEnds: Int32Array.of(value === null ? -1 : valueLength),
    keyStarts: Int32Array.of(key === null ? -1 : valueLength),
    keyEnds: Int32Array.of(key === null ? -1 : valueLength + key.length),
    headers: () => headers,
  };
}

function valueBytes(value: TestRecord['value']): Buffer | null {
  const isText = value === null || typeof value === 'string' || value instanceof Uint8Array;
  return bytesOf(isText ? value : jsonText(value));
}

function bytesOf(given: Uint8Array | string | null): Buffer | null {
  if (given === null) return null;
  return typeof given === 'string' ? Buffer.from(given, 'utf8') : Buffer.from(given);
}

function headersOf({ headers = [] }: TestRecord): readonly RecordHeader[] {
  const list = isList(headers)
    ? headers
    : Object.entries(headers).map(([key, value]) => ({ key, value }));
  return list.map(({ key, value }) => ({ key, value: bytesOf(value) }));
}

function isList<T>(given: readonly T[] | object): given is readonly T[] {
  return Array.isArray(given);
}

/** Like JSON.stringify, except that it accepts `bigint`. */
function jsonText(value: unknown): string {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map((each) => jsonText(each ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) {
    return JSON.stringify(value);
  }
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`);
  return `{${fields.join(',')}}`;
}
