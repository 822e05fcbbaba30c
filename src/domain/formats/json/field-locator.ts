import type { Buffer } from 'node:buffer';
import { skipColon, skipSpace, skipValue } from './grammar.js';
import { NOT_JSON, QUOTE } from '../../types/json-text/strings.js';
import { BRACE, BRACE_END, COMMA, endOfValue } from '../../types/json-text/end-of-value.js';
import { KeyTable, OTHER_KEY } from '../../types/json-text/key-table.js';

/** Returned instead of a position if the record has no such field. */
export const MISSING = -1;

/** A key on the path to a field, or the field itself. */
interface KeyNode {
  readonly keys: KeyTable;
  readonly children: readonly KeyNode[];
  /** Index among the starts. The keys below have the following ones. */
  readonly slot: number;
  readonly lastSlot: number;
}

/** Members of the record that are on no path. */
export interface RestMembers {
  count: number;
  /** From the opening quote of the key. */
  readonly starts: number[];
  /** Position after the key. */
  readonly keyEnds: number[];
  readonly ends: number[];
}

/** Finds fields in a record's text by their paths through nested objects. The record must be an object. */
export class FieldLocator {
  /** Where the value starts, or `MISSING`, by path in the constructor's order. If a key occurs twice, the last one counts. */
  readonly starts: Int32Array;
  readonly rest: RestMembers = { count: 0, starts: [], keyEnds: [], ends: [] };
  private readonly root: KeyNode;
  private readonly slots: Int32Array;
  /** By path: the slots of the objects on the path. */
  private readonly outer: readonly (readonly number[])[];
  private readonly slotOfPath: readonly number[];
  private readonly collectsRest: boolean;
  private bytes: Buffer | null = null;
  private end = 0;
  private isChecked = false;

  constructor(paths: readonly (readonly string[])[], collectsRest: boolean) {
    this.root = treeOf(paths, 0);
    this.slots = new Int32Array(this.root.lastSlot + 1);
    this.starts = new Int32Array(paths.length);
    const found = paths.map((path) => slotsOf(this.root, paths, path));
    this.slotOfPath = found.map((slots) => slots.at(-1) ?? 0);
    this.outer = found.map((slots) => slots.slice(0, -1));
    this.collectsRest = collectsRest;
  }

  /**
   * Checks `bytes[start, end)` by the grammar of JSON. False if it is not an object, not JSON, or nested more deeply than
   * the grammar allows. JSON.parse has to find out which.
   */
  locate(bytes: Buffer, start: number, end: number): boolean {
    this.isChecked = false;
    return this.walk(bytes, start, end);
  }

  /** The same for an object that JSON.parse has accepted, whatever its depth. */
  locateChecked(bytes: Buffer, start: number, end: number): void {
    this.isChecked = true;
    if (!this.walk(bytes, start, end)) throw new Error('the text is not what JSON.parse accepted');
  }

  /**
   * For a missing field: the number of keys on its path up to the one whose value is neither an object nor null. 0 if the
   * field is just left out.
   */
  blockedAt(path: number): number {
    for (const [index, slot] of this.outer[path]!.entries()) {
      const start = this.slots[slot]!;
      const first = start === MISSING ? undefined : this.bytes![start];
      if (first !== undefined && first !== BRACE && first !== 0x6e) return index + 1;
    }
    return 0;
  }

  /** For a missing field: the number of keys on its path up to the one whose value is null. 0 if there is none. */
  nullAt(path: number): number {
    const at = this.outer[path]!.findIndex((slot) => {
      const start = this.slots[slot]!;
      return start !== MISSING && this.bytes![start] === 0x6e;
    });
    return at + 1;
  }

  private walk(bytes: Buffer, start: number, end: number): boolean {
    this.bytes = bytes;
    this.end = end;
    this.slots.fill(MISSING);
    this.rest.count = 0;
    const at = skipSpace(bytes, start, end);
    if (at >= end || bytes[at] !== BRACE) return false;
    const behind = this.object(bytes, this.root, at);
    if (behind === NOT_JSON || skipSpace(bytes, behind, end) !== end) return false;
    for (let path = 0; path < this.starts.length; path++) {
      this.starts[path] = this.slots[this.slotOfPath[path]!]!;
    }
    return true;
  }

  private object(bytes: Buffer, node: KeyNode, start: number): number {
    const { end } = this;
    let at = skipSpace(bytes, start + 1, end);
    if (at < end && bytes[at] === BRACE_END) return at + 1;
    const place = { member: 0, end };
    for (; ; place.member++) {
      if (at >= end || bytes[at] !== QUOTE) return NOT_JSON;
      const key = node.keys.find(bytes, at, place);
      const { behind } = node.keys;
      const value = behind === NOT_JSON ? NOT_JSON : skipColon(bytes, behind, end);
      if (value === NOT_JSON || value >= end) return NOT_JSON;
      const next =
        key === OTHER_KEY ? this.skip(bytes, value) : this.value(bytes, node.children[key]!, value);
      if (next === NOT_JSON) return NOT_JSON;
      if (key === OTHER_KEY && this.collectsRest && node === this.root) {
        this.addRest(at, behind, next);
      }
      at = skipSpace(bytes, next, end);
      if (at >= end) return NOT_JSON;
      if (bytes[at] === BRACE_END) return at + 1;
      if (bytes[at] !== COMMA) return NOT_JSON;
      at = skipSpace(bytes, at + 1, end);
    }
  }

  private value(bytes: Buffer, node: KeyNode, at: number): number {
    // A repeated key replaces everything that was found below it.
    if (node.lastSlot > node.slot) this.slots.fill(MISSING, node.slot + 1, node.lastSlot + 1);
    this.slots[node.slot] = at;
    return node.children.length > 0 && bytes[at] === BRACE
      ? this.object(bytes, node, at)
      : this.skip(bytes, at);
  }

  private skip(bytes: Buffer, at: number): number {
    return this.isChecked ? endOfValue(bytes, at) : skipValue(bytes, at, this.end);
  }

  private addRest(start: number, keyEnd: number, end: number): void {
    const { rest } = this;
    rest.starts[rest.count] = start;
    rest.keyEnds[rest.count] = keyEnd;
    rest.ends[rest.count] = end;
    rest.count++;
  }
}

/** The tree of keys after the first `depth` ones, which are the same in all of these paths. */
function treeOf(paths: readonly (readonly string[])[], slot: number, depth = 0): KeyNode {
  const names = [...new Set(paths.flatMap((path) => path.slice(depth, depth + 1)))];
  let lastSlot = slot;
  const children = names.map((name) => {
    const below = paths.filter((path) => path[depth] === name);
    const child = treeOf(below, lastSlot + 1, depth + 1);
    lastSlot = child.lastSlot;
    return child;
  });
  return { keys: new KeyTable(names), children, slot, lastSlot };
}

/** The slots along a path. */
function slotsOf(
  root: KeyNode,
  paths: readonly (readonly string[])[],
  path: readonly string[],
): readonly number[] {
  const slots: number[] = [];
  let node = root;
  let among = paths;
  for (const [depth, key] of path.entries()) {
    const names = [...new Set(among.flatMap((other) => other.slice(depth, depth + 1)))];
    node = node.children[names.indexOf(key)]!;
    slots.push(node.slot);
    among = among.filter((other) => other[depth] === key);
  }
  return slots;
}
