import {
  CELL_INNER,
  CELL_KIND,
  CELL_TABLE,
  CELL_ZERO,
  CELL_ZERO_LENGTH,
  LOW_CARDINALITY,
  NULLABLE,
} from '../layout';
import { appendByte, appendBytes, field } from './cells';
import { appendIndex, intern } from './dictionaries';

// Replacements of missing values.

export function appendNull(cell: usize): void {
  if (load<u32>(cell + CELL_KIND) == LOW_CARDINALITY) {
    appendIndex(cell, 0);
    return;
  }
  const inner = field(cell, CELL_INNER);
  appendByte(cell, 1);
  appendBytes(inner, field(inner, CELL_ZERO), field(inner, CELL_ZERO_LENGTH));
}

/** Appends a value whose bytes the host has written. */
export function appendConstant(cell: usize, from: usize, length: usize): bool {
  const kind = load<u32>(cell + CELL_KIND);
  if (kind == LOW_CARDINALITY) {
    appendBytes(field(cell, CELL_INNER), from, length);
    return intern(cell, field(cell, CELL_TABLE));
  }
  if (kind == NULLABLE) {
    appendByte(cell, 0);
    appendBytes(field(cell, CELL_INNER), from, length);
  } else appendBytes(cell, from, length);
  return true;
}
