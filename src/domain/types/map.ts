import type { Buffer } from 'node:buffer';
import {
  type ColumnType,
  scalarWriterOf,
  type TypeFamily,
  UnsupportedTypeError,
} from './column-type.js';
import { BRACE, BRACE_END, endOfValue, toNext, toValue } from './json-text/end-of-value.js';
import { ScratchText } from './json-text/scratch-text.js';
import { endOfString, StringToken } from './json-text/string-token.js';
import { ColumnWriter, type ScalarWriter } from './native/column-writer.js';
import { type EncodedParts, nextWords } from './native/encoded-parts.js';
import { ListEnds } from './native/list-ends.js';
import { innerTypes } from './text/type-node.js';
import { wrongArguments } from './type-arguments.js';
import { FAULT, type ValueFault } from './value-fault.js';

export const map: TypeFamily = {
  names: ['Map'],
  rule: {
    types: 'Map(K, V)',
    accepts:
      'a JSON object: each key as K accepts a text, each value as V accepts it. If a key occurs twice, the ' +
      'last one counts. The path names the index of an entry, not its key: `labels[0]`',
    rejectedAs: ['wrong_type', 'null_value'],
    reads: {},
    inJavaScript: 'object by keys; a transform may also give a Map',
  },
  create(node, createInner): ColumnType {
    const [keyNode, valueNode, ...more] = innerTypes(node);
    if (keyNode === undefined || valueNode === undefined || more.length > 0) {
      throw wrongArguments(node, 'needs a type for keys and a type for values');
    }
    const key = createInner(keyNode);
    const value = createInner(valueNode);
    // Types whose values a JSON key can represent, ignoring LowCardinality.
    const plain = key.node.name === 'LowCardinality' ? createInner(onlyOf(keyNode)) : key;
    if (key.isNullable || plain.layout.kind === 'nullable' || !isScalar(plain)) {
      throw new UnsupportedTypeError(
        `Map(${key.text}, ${value.text}): keys of type ${key.text} can't be written as keys of a JSON object`,
      );
    }
    return {
      node,
      text: `Map(${key.text}, ${value.text})`,
      layout: { kind: 'array', of: { kind: 'tuple', of: [key.layout, value.layout] } },
      reads: value.reads,
      isNullable: false,
      canBeNullable: false,
      canBeLowCardinality: false,
      createWriter: ({ fault, read }) =>
        new MapWriter(
          {
            keys: key.createWriter({ fault }),
            values: value.createWriter({ fault, read }),
            trial: scalarWriterOf(plain, { fault }),
          },
          fault,
        ),
    };
  },
};

function onlyOf(node: Parameters<typeof innerTypes>[0]) {
  return innerTypes(node)[0] ?? node;
}

function isScalar({ layout }: ColumnType): boolean {
  return layout.kind === 'fixed' || layout.kind === 'string';
}

interface MapColumns {
  readonly keys: ColumnWriter;
  readonly values: ColumnWriter;
  /** Has the type of the keys. It finds equal keys, however they are written. */
  readonly trial: ScalarWriter;
}

const token = new StringToken();
const scratch = new ScratchText();

class MapWriter extends ColumnWriter {
  private readonly ends = new ListEnds();
  private readonly keys: ColumnWriter;
  private readonly values: ColumnWriter;
  private readonly trial: ScalarWriter;
  /** Positions of the keys and values of the object that is being read. The object is not re-entered while it is read. */
  private readonly keyStarts: number[] = [];
  private readonly valueStarts: number[] = [];

  constructor({ keys, values, trial }: MapColumns, fault: ValueFault) {
    super(fault);
    this.keys = keys;
    this.values = values;
    this.trial = trial;
  }

  appendJson(bytes: Buffer, start: number): number {
    if (bytes[start] !== BRACE) return this.wrongType(bytes, start, 'must be an object');
    const { keyStarts, valueStarts } = this;
    let entries = 0;
    let at = toNext(bytes, start + 1);
    while (bytes[at] !== BRACE_END) {
      const value = toValue(bytes, endOfString(bytes, at));
      keyStarts[entries] = at;
      valueStarts[entries] = value;
      entries++;
      at = toNext(bytes, endOfValue(bytes, value));
      if (bytes[at] !== BRACE_END) at = toNext(bytes, at + 1);
    }
    const repeated = entries > 1 ? this.repeatedIn(bytes, entries) : NONE;
    let count = 0;
    for (let entry = 0; entry < entries; entry++) {
      if (repeated.has(entry)) continue;
      token.read(bytes, keyStarts[entry]!);
      if (this.appendKey() === FAULT) return this.fault.within(`[${entry}]`);
      if (this.values.appendJson(bytes, valueStarts[entry]!) === FAULT) {
        return this.fault.within(`[${entry}]`);
      }
      count++;
    }
    this.ends.append(count);
    return at + 1;
  }

  appendText(): number {
    return this.fault.raise('wrong_type', 'must be an object, not plain text');
  }

  appendValue(value: unknown): number {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.wrongValue(value, 'must be an object');
    }
    const entries = value instanceof Map ? [...value.entries()] : Object.entries(value);
    const texts = entries.map(([key]) => String(key));
    const again = this.repeatedAmong(texts);
    for (const [entry, [, item]] of entries.entries()) {
      if (again.has(entry)) continue;
      const key = this.appendKeyText(texts[entry]!);
      if (key === FAULT || this.values.appendValue(item) === FAULT) {
        return this.fault.within(`[${entry}]`);
      }
    }
    this.ends.append(entries.length - again.size);
    return 0;
  }

  appendZero(): void {
    this.ends.append(0);
  }

  appendEncoded(parts: EncodedParts): void {
    for (const count of nextWords(parts)) this.ends.append(count);
    this.keys.appendEncoded(parts);
    this.values.appendEncoded(parts);
  }

  mark(): void {
    this.ends.mark();
    this.keys.mark();
    this.values.mark();
  }

  rollback(): void {
    this.ends.rollback();
    this.keys.rollback();
    this.values.rollback();
  }

  clear(): void {
    this.ends.clear();
    this.keys.clear();
    this.values.clear();
  }

  rewind(): void {
    this.ends.rewind();
    this.keys.rewind();
    this.values.rewind();
  }

  advance(count: number): void {
    const total = this.ends.advance(count);
    this.keys.advance(total);
    this.values.advance(total);
  }

  appendFrom(source: this, count: number): void {
    const { ends, keys, values } = source;
    const total = this.ends.appendFrom(ends, count);
    this.keys.appendFrom(keys, total);
    this.values.appendFrom(values, total);
  }

  recent(count: number): unknown[] {
    const entries = this.ends.group(count, (total) => {
      const values = this.values.recent(total);
      return this.keys.recent(total).map((key, index) => [String(key), values[index]] as const);
    });
    return entries.map((each) => Object.fromEntries(each));
  }

  sentType(): string {
    return `Map(${this.keys.sentType()}, ${this.values.sentType()})`;
  }

  prefix(out: Buffer[]): void {
    this.keys.prefix(out);
    this.values.prefix(out);
  }

  data(out: Buffer[]): void {
    out.push(this.ends.column.appended());
    this.keys.data(out);
    this.values.data(out);
  }

  /** Appends the key that the token has read. */
  private appendKey(): number {
    if (token.isBroken) return this.raiseBrokenKey();
    return this.keys.appendText(token.source, token.start, token.end);
  }

  private raiseBrokenKey(): typeof FAULT {
    return this.fault.raise('invalid_utf8', 'has a key with an unpaired surrogate');
  }

  /** Appends a key that a transform returns. */
  private appendKeyText(text: string): number {
    if (!scratch.write(text)) return this.raiseBrokenKey();
    return this.keys.appendText(scratch.bytes, 0, scratch.length);
  }

  /** Entries whose key occurs again later. Keys are equal if their values are: `"A1B2..."` and `"a1b2..."` for UUIDs. */
  private repeatedIn(bytes: Buffer, entries: number): ReadonlySet<number> {
    return repeatedEntries(entries, (entry) => {
      token.read(bytes, this.keyStarts[entry]!);
      return this.keyOf(token.source, token.start, token.end);
    });
  }

  private repeatedAmong(keys: readonly string[]): ReadonlySet<number> {
    return repeatedEntries(keys.length, (entry) =>
      scratch.write(keys[entry]!) ? this.keyOf(scratch.bytes, 0, scratch.length) : null,
    );
  }

  /** Bytes of the key that a text spells, as text. Null if it is not valid, which is reported when it is appended. */
  private keyOf(bytes: Buffer, start: number, end: number): string | null {
    const { trial } = this;
    trial.clear();
    if (trial.appendText(bytes, start, end) === FAULT) return null;
    return trial.column.appended().toString('latin1');
  }
}

/** Those of the entries whose key is also that of a later one. */
function repeatedEntries(
  entries: number,
  keyOf: (entry: number) => string | null,
): ReadonlySet<number> {
  const last = new Map<string, number>();
  let found: Set<number> | null = null;
  for (let entry = 0; entry < entries; entry++) {
    const key = keyOf(entry);
    if (key === null) continue;
    const before = last.get(key);
    if (before !== undefined) (found ??= new Set()).add(before);
    last.set(key, entry);
  }
  return found ?? NONE;
}

const NONE: ReadonlySet<number> = new Set();
