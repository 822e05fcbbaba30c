import { Buffer } from 'node:buffer';
import { needsEscape } from '../domain/types/json-text/key-table.js';
import type { CellPlan } from './cell-plan.js';
import type { ColumnPlan } from './column-plan.js';
import * as layout from './layout.js';
import type { ProgramMemory } from './program-memory.js';

/** Limits of a call. */
export interface CallBounds {
  /** Bytes from the first value to the end of the last one. */
  readonly bytes: number;
  readonly records: number;
}

/** Where the engine leaves one part of the columns, in the order of `EncodedParts`. */
export interface PartPlace {
  /** `slot`: from the area's start to the address in the slot. `key-starts`: the start of each key in a dictionary. */
  readonly kind: 'slot' | 'key-starts';
  /** Address of the slot or of the dictionary. */
  readonly at: number;
  /** Address where the area starts. */
  readonly start: number;
}

/** A program in the engine's memory. */
export interface Program {
  readonly address: number;
  /** Address of the records' bytes, and of the start and end of each record. */
  readonly window: number;
  readonly records: number;
  readonly seconds: number;
  readonly parts: readonly PartPlace[];
}

/** The most that a call appends to a cell. */
interface Most {
  readonly values: number;
  /** Bytes of each value that does not come from a record. */
  readonly constantBytes: number;
}

/** Bytes of the longest encoded length of a String. */
const LENGTH_BYTES = 5;

/** Writes the program of a contract. The same plans get the same addresses in every memory. */
export function writeProgram(
  columns: readonly ColumnPlan[],
  memory: ProgramMemory,
  bounds: CallBounds,
): Program {
  return new ProgramWriter(memory, bounds).write(columns);
}

class ProgramWriter {
  private readonly memory: ProgramMemory;
  private readonly bounds: CallBounds;
  private readonly parts: PartPlace[] = [];
  private readonly dictionaries: number[] = [];
  private slots = 0;
  private slotCount = 0;

  constructor(memory: ProgramMemory, bounds: CallBounds) {
    this.memory = memory;
    this.bounds = bounds;
  }

  write(columns: readonly ColumnPlan[]): Program {
    const { memory, bounds } = this;
    const address = memory.allocate(layout.PROGRAM_SIZE);
    const slotCount = columns.reduce((sum, { cell }) => sum + slotsOf(cell), 0);
    // The slots are copied sixteen bytes at a time.
    this.slots = memory.allocate(slotCount * 4 + layout.SLACK);
    const marks = memory.allocate(slotCount * 4 + layout.SLACK);
    const cells = columns.map(({ cell, constant }) =>
      this.cell(cell, { values: bounds.records, constantBytes: constant.length }),
    );
    const all = memory.allocate(columns.length * layout.COLUMN_SIZE);
    const root = this.tree(columns, cells, all);
    const rest = this.rest(columns, cells, all);
    const dictionaries = memory.allocate(this.dictionaries.length * 4);
    this.dictionaries.forEach((each, index) => {
      memory.setUint32(dictionaries + index * 4, each);
    });
    const window = memory.allocate(bounds.bytes + layout.SLACK);
    const records = memory.allocate(bounds.records * layout.RECORD_SIZE);
    const seconds = memory.allocate(bounds.records * 8);
    const fields: readonly (readonly [number, number])[] = [
      [layout.PROGRAM_ROOT, root],
      [layout.PROGRAM_COLUMNS, all],
      [layout.PROGRAM_COLUMN_COUNT, columns.length],
      [layout.PROGRAM_SLOTS, this.slots],
      [layout.PROGRAM_SLOT_COUNT, slotCount],
      [layout.PROGRAM_MARKS, marks],
      [layout.PROGRAM_DICTIONARIES, dictionaries],
      [layout.PROGRAM_DICTIONARY_COUNT, this.dictionaries.length],
      [layout.PROGRAM_RECORDS, records],
      [layout.PROGRAM_SECONDS, seconds],
      [layout.PROGRAM_REST, rest],
      [layout.PROGRAM_REST_TEXT, rest && memory.allocate(bounds.bytes + layout.SLACK)],
    ];
    for (const [offset, value] of fields) memory.setUint32(address + offset, value);
    return { address, window, records, seconds, parts: this.parts };
  }

  /** Builds the tree of the keys on the paths. Columns of the same key must be adjacent, so they are written in that order. */
  private tree(columns: readonly ColumnPlan[], cells: readonly number[], all: number): number {
    let next = all;
    const node = (members: readonly number[], depth: number): number => {
      const keys = new Set(members.flatMap((index) => columns[index]?.path[depth] ?? []));
      return this.node(
        [...keys].map((key) => {
          const within = members.filter((index) => columns[index]?.path[depth] === key);
          const isHere = (index: number) => columns[index]?.path.length === depth + 1;
          const here = within.filter(isHere);
          const first = next;
          for (const index of here) {
            const column = columns[index];
            if (column !== undefined) this.column(next, cells[index] ?? 0, column);
            next += layout.COLUMN_SIZE;
          }
          const below = within.filter((index) => !isHere(index));
          const deeper = below.length === 0 ? 0 : node(below, depth + 1);
          return { key, columns: first, count: here.length, node: deeper };
        }),
      );
    };
    return node([...columns.keys()], 0);
  }

  /** The column without a path comes after all others. Returns its address, or 0. */
  private rest(columns: readonly ColumnPlan[], cells: readonly number[], all: number): number {
    const index = columns.findIndex(({ isRest }) => isRest);
    const column = columns[index];
    const address = all + (columns.length - 1) * layout.COLUMN_SIZE;
    if (column !== undefined) this.column(address, cells[index] ?? 0, column);
    return column === undefined ? 0 : address;
  }

  private node(
    keys: readonly {
      readonly key: string;
      readonly columns: number;
      readonly count: number;
      readonly node: number;
    }[],
  ): number {
    const { memory } = this;
    const address = memory.allocate(layout.NODE_SIZE);
    const first = memory.allocate(keys.length * layout.KEY_SIZE);
    keys.forEach(({ key, columns, count, node }, index) => {
      const at = first + index * layout.KEY_SIZE;
      const text = Buffer.from(key);
      memory.setUint32(at + layout.KEY_TEXT, memory.copy(text, layout.SLACK));
      memory.setUint32(at + layout.KEY_LENGTH, text.length);
      memory.setUint32(at + layout.KEY_NEEDS_ESCAPE, needsEscape(key) ? 1 : 0);
      memory.setUint32(at + layout.KEY_NODE, node);
      memory.setUint32(at + layout.KEY_COLUMNS, columns);
      memory.setUint32(at + layout.KEY_COLUMN_COUNT, count);
    });
    memory.setUint32(address + layout.NODE_KEYS, first);
    memory.setUint32(address + layout.NODE_KEY_COUNT, keys.length);
    memory.setUint32(address + layout.NODE_GUESSES, memory.allocate(layout.MAX_GUESSES * 2));
    return address;
  }

  private column(
    address: number,
    cell: number,
    { onNull, onMissing, constant }: Pick<ColumnPlan, 'onNull' | 'onMissing' | 'constant'>,
  ): void {
    const { memory } = this;
    memory.setUint32(address + layout.COLUMN_CELL, cell);
    memory.setUint32(address + layout.COLUMN_ON_NULL, onNull);
    memory.setUint32(address + layout.COLUMN_ON_MISSING, onMissing);
    memory.setUint32(address + layout.COLUMN_CONSTANT, memory.copy(constant, layout.SLACK));
    memory.setUint32(address + layout.COLUMN_CONSTANT_LENGTH, constant.length);
  }

  private cell(plan: CellPlan, most: Most): number {
    const { memory } = this;
    const address = memory.allocate(layout.CELL_SIZE);
    const fields: readonly (readonly [number, number])[] = [
      [layout.CELL_KIND, plan.kind],
      [layout.CELL_FLAGS, plan.flags],
      [layout.CELL_WIDTH, plan.width],
      [layout.CELL_SCALE, plan.scale],
      [layout.CELL_COUNT, plan.kind === layout.DECIMAL ? plan.digits : countOf(plan)],
      [layout.CELL_UNIT, plan.unit],
      [layout.CELL_ZERO, memory.copy(plan.zero, layout.SLACK)],
      [layout.CELL_ZERO_LENGTH, plan.zero.length],
    ];
    for (const [offset, value] of fields) memory.setUint32(address + offset, value);
    memory.setBigInt64(address + layout.CELL_MIN, plan.min);
    memory.setBigInt64(address + layout.CELL_MAX, plan.max);
    if (plan.kind === layout.TUPLE) this.tuple(address, plan, most);
    else if (plan.kind === layout.LOW_CARDINALITY) this.keys(address, plan, most);
    else if (plan.kind === layout.CONDITION) this.names(address, plan);
    else {
      this.slot(address, sizeOf(plan, most, this.bounds));
      if (plan.kind === layout.ENUM) this.names(address, plan);
      if (plan.inner !== null) {
        const isList = plan.kind === layout.ARRAY || plan.kind === layout.MAP;
        const inner = isList ? this.elementsOf(most) : most;
        memory.setUint32(address + layout.CELL_INNER, this.cell(plan.inner, inner));
        const [values] = plan.elements;
        if (values !== undefined) {
          memory.setUint32(address + layout.CELL_TABLE, this.cell(values.cell, inner));
        }
      }
    }
    return address;
  }

  /** Each element of an array or map takes at least two bytes of the record, including its comma or bracket. */
  private elementsOf({ values }: Most): Most {
    return { values: Math.max(values, Math.ceil(this.bounds.bytes / 2)), constantBytes: 0 };
  }

  private slot(cell: number, size: number): number {
    const at = this.slots + this.slotCount * 4;
    this.slotCount++;
    const start = this.memory.allocate(size + layout.SLACK);
    this.memory.setUint32(cell + layout.CELL_SLOT, at);
    this.parts.push({ kind: 'slot', at, start });
    return at;
  }

  private tuple(address: number, { elements, hasNames }: CellPlan, most: Most): void {
    const { memory } = this;
    const columns = memory.allocate(elements.length * layout.COLUMN_SIZE);
    const keys = elements.map(({ name, cell, isNullable }, index) => {
      const at = columns + index * layout.COLUMN_SIZE;
      const onMissing = isNullable ? layout.STORE_NULL : layout.UNDECIDED;
      const constant = Buffer.alloc(0);
      this.column(at, this.cell(cell, most), { onNull: layout.AS_VALUE, onMissing, constant });
      return { key: name, columns: at, count: 1, node: 0 };
    });
    memory.setUint32(address + layout.CELL_INNER, columns);
    if (hasNames) memory.setUint32(address + layout.CELL_TABLE, this.node(keys));
  }

  private keys(address: number, { inner, width }: CellPlan, most: Most): void {
    const { memory } = this;
    this.slot(address, most.values * width);
    const dictionary = memory.allocate(layout.DICTIONARY_SIZE);
    const starts = memory.allocate((layout.MAX_KEYS + 2) * 4);
    this.parts.push({ kind: 'key-starts', at: dictionary, start: starts });
    // The value that may become a key is stored after the last key.
    const keys = inner === null ? 0 : this.cell(inner, { ...most, values: layout.MAX_KEYS + 2 });
    memory.setUint32(address + layout.CELL_INNER, keys);
    memory.setUint32(address + layout.CELL_TABLE, dictionary);
    memory.setUint32(dictionary + layout.DICTIONARY_CELL, address);
    memory.setUint32(dictionary + layout.DICTIONARY_STARTS, starts);
    const places = memory.allocate((layout.PLACE_MASK + 1) * 2);
    memory.setUint32(dictionary + layout.DICTIONARY_PLACES, places);
    this.dictionaries.push(dictionary);
  }

  private names(address: number, { names }: CellPlan): void {
    const { memory } = this;
    const table = memory.allocate(names.length * layout.NAME_SIZE);
    names.forEach(([name, value], index) => {
      const at = table + index * layout.NAME_SIZE;
      const text = Buffer.from(name);
      memory.setUint32(at + layout.NAME_TEXT, memory.copy(text));
      memory.setUint32(at + layout.NAME_LENGTH, text.length);
      memory.setUint32(at + layout.NAME_VALUE, value);
    });
    memory.setUint32(address + layout.CELL_TABLE, table);
  }
}

function countOf({ names, elements }: CellPlan): number {
  return names.length + elements.length;
}

function slotsOf({ kind, inner, elements }: CellPlan): number {
  const below = elements.reduce((sum, { cell }) => sum + slotsOf(cell), 0);
  const hasNone = kind === layout.TUPLE || kind === layout.CONDITION;
  return (hasNone ? 0 : 1) + (inner === null ? 0 : slotsOf(inner)) + below;
}

/** Bytes of this many values. Those from records have at most as many bytes as the records. */
function sizeOf(
  { width }: CellPlan,
  { values, constantBytes }: Most,
  { bytes }: CallBounds,
): number {
  return width > 0 ? values * width : bytes + values * (LENGTH_BYTES + constantBytes);
}
