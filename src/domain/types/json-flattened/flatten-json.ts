import { Buffer } from 'node:buffer';
import { BRACE } from '../json-text/end-of-value.js';
import { lengthAt } from '../native/read-bytes.js';
import type { TypeNode } from '../text/type-node.js';
import { DEFAULT_LIMITS, type Limits } from './kinds.js';
import { ObjectColumn } from './object-column.js';
import { Unsure } from './unsure.js';

/** What differs between servers. */
export interface FlattenRules {
  /**
   * Whether the server stores an integer as Int64 although its path held only fractions before. Older ones then store a
   * Float64.
   */
  readonly keepsIntegers: boolean;
  /** Lets other work run, every 10 ms or so. */
  readonly turn: () => Promise<void>;
}

/** Rows between two turns. */
const ROWS_PER_TURN = 8_192;

/** Of the column as text. */
const PREFIX_BYTES = 8;

/** Even a block of one row may have many paths. */
const SPARE_BYTES = 65_536;
/** With a larger growth, the flattened form would need more memory and network than it saves. */
const MAX_GROWTH = 2;

/**
 * A JSON column whose objects are columns of their paths instead of texts (serialization version 3 of ClickHouse's format
 * `Native`), which saves the server from parsing. `data` is the column as text. Null if it is not certain that the server
 * would store exactly the same: such a column is sent as text.
 */
export async function flattenJson(
  type: TypeNode,
  column: { readonly data: Buffer; readonly rows: number },
  rules: FlattenRules,
): Promise<Buffer | null> {
  const limits = limitsOf(type);
  if (limits === null || column.rows === 0) return null;
  try {
    return await flattened(column, limits, rules);
  } catch (error) {
    if (error instanceof Unsure) return null;
    throw error;
  }
}

/** Null if the type is not JSON, or if it has typed paths or paths to skip. */
export function limitsOf({ name, args }: TypeNode): Limits | null {
  if (name !== 'JSON') return null;
  let { paths, types } = DEFAULT_LIMITS;
  for (const arg of args) {
    if (arg.kind !== 'setting') return null;
    if (arg.name === 'max_dynamic_paths') paths = arg.value;
    else if (arg.name === 'max_dynamic_types') types = arg.value;
    else return null;
  }
  return { paths, types };
}

async function flattened(
  { data, rows }: { readonly data: Buffer; readonly rows: number },
  limits: Limits,
  { keepsIntegers, turn }: FlattenRules,
): Promise<Buffer> {
  // Each path takes a byte in each row.
  let spare = data.length + SPARE_BYTES;
  const objects = new ObjectColumn({
    limits,
    keepsIntegers,
    onPath: (rowsBefore) => {
      spare -= Math.max(rows, rowsBefore);
      if (spare < 0) throw new Unsure();
    },
  });
  let at = PREFIX_BYTES;
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_PER_TURN === ROWS_PER_TURN - 1) await turn();
    const { value, end: start } = lengthAt(data, at);
    at = start + value;
    if (data[start] !== BRACE || objects.add(data, start) !== at) throw new Unsure();
  }
  const parts: Buffer[] = [];
  objects.prefix(parts);
  objects.data(parts);
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  if (bytes > MAX_GROWTH * data.length + SPARE_BYTES) throw new Unsure();
  return Buffer.concat(parts, bytes);
}
