import { Buffer } from 'node:buffer';
import { BRACE, BRACE_END, COMMA, toNext, toValue } from '../json-text/end-of-value.js';
import { NULL_START } from '../json-text/first-bytes.js';
import { KeyNode } from './key-node.js';
import { type Limits, limitsWithin } from './kinds.js';
import { uint64, utf8, varint } from '../native/native-words.js';
import { type NestedObjects, PathColumn } from './path-column.js';
import { Unsure } from './unsure.js';

/** The version of a flattened JSON column. */
const FLATTENED = 3;

export interface ObjectOptions {
  readonly limits: Limits;
  readonly keepsIntegers: boolean;
  /** Called before a path is added, with what its rows so far would take. Throws `Unsure` if that is too much. */
  readonly onPath: (rows: number) => void;
}

/** JSON objects as one column for each path. Nested objects are paths with dots; nulls and empty objects have no path. */
export class ObjectColumn implements NestedObjects {
  rows = 0;
  private readonly options: ObjectOptions;
  private readonly root = new KeyNode('');
  private readonly columns = new Map<string, PathColumn>();

  constructor(options: ObjectOptions) {
    this.options = options;
  }

  add(bytes: Buffer, at: number): number {
    const end = this.object(bytes, at, this.root);
    this.rows++;
    return end;
  }

  prefix(out: Buffer[]): void {
    const sorted = this.sorted();
    out.push(uint64(FLATTENED), varint(sorted.length));
    for (const [path] of sorted) out.push(utf8(path));
    for (const [, column] of sorted) column.prefix(out);
  }

  data(out: Buffer[]): void {
    for (const [, column] of this.sorted()) column.data(out, this.rows);
  }

  private object(bytes: Buffer, start: number, keys: KeyNode): number {
    let at = toNext(bytes, start + 1);
    for (let member = 0; bytes[at] !== BRACE_END; member++) {
      const key = keys.find(bytes, at, member);
      at = toValue(bytes, keys.behind);
      const first = bytes[at];
      if (first === BRACE) at = this.object(bytes, at, (key.objects ??= nodeBelow(key.path)));
      else if (first === NULL_START) at += 4;
      else at = (key.column ??= this.columnOf(key.path)).take(bytes, at, this.rows);
      at = toNext(bytes, at);
      if (bytes[at] === COMMA) at = toNext(bytes, at + 1);
    }
    return at + 1;
  }

  /** Keys with dots share the path of nested ones. */
  private columnOf(path: string): PathColumn {
    const known = this.columns.get(path);
    if (known !== undefined) return known;
    const { limits, keepsIntegers, onPath } = this.options;
    if (this.columns.size >= limits.paths) throw new Unsure();
    onPath(this.rows);
    const column = new PathColumn({
      limits,
      keepsIntegers,
      createObjects: () => new ObjectColumn({ ...this.options, limits: limitsWithin(limits) }),
    });
    this.columns.set(path, column);
    return column;
  }

  private sorted(): readonly (readonly [string, PathColumn])[] {
    return [...this.columns]
      .map(([path, column]) => ({ bytes: Buffer.from(path), path, column }))
      .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
      .map(({ path, column }) => [path, column] as const);
  }
}

/** Servers differ in whether a path begins with the dot after an empty key. */
function nodeBelow(path: string): KeyNode {
  if (path === '') throw new Unsure();
  return new KeyNode(`${path}.`);
}
