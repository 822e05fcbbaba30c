import {
  CELL_COUNT,
  CELL_FLAGS,
  CELL_INNER,
  CELL_KIND,
  CELL_TABLE,
  CELL_ZERO,
  CELL_ZERO_LENGTH,
  ARRAY,
  AS_MISSING,
  AS_VALUE,
  BOOL,
  CLOCK,
  COLUMN_CELL,
  COLUMN_CONSTANT,
  COLUMN_CONSTANT_LENGTH,
  COLUMN_ON_MISSING,
  COLUMN_ON_NULL,
  COLUMN_SEEN,
  COLUMN_SIZE,
  CONDITION,
  DATE,
  DATE_NUMBER,
  DECIMAL,
  ENUM,
  FIXED_TEXT,
  FLOAT,
  HAS_NULL_KEY,
  INTEGER,
  IP4,
  IP6,
  JSON_TEXT,
  KEY_COLUMN_COUNT,
  KEY_COLUMNS,
  KEY_LENGTH,
  KEY_NEEDS_ESCAPE,
  KEY_NODE,
  KEY_SEEN,
  KEY_SIZE,
  KEY_TEXT,
  LOW_CARDINALITY,
  MAP,
  MAX_GUESSES,
  NAME_LENGTH,
  NAME_SIZE,
  NAME_TEXT,
  NODE_GUESSES,
  NODE_KEY_COUNT,
  NODE_KEYS,
  NULLABLE,
  OBJECT,
  PROGRAM_COLUMN_COUNT,
  PROGRAM_COLUMNS,
  PROGRAM_DICTIONARIES,
  PROGRAM_DICTIONARY_COUNT,
  PROGRAM_MARKS,
  PROGRAM_RECORDS,
  PROGRAM_REST,
  PROGRAM_REST_TEXT,
  PROGRAM_ROOT,
  PROGRAM_SECONDS,
  PROGRAM_SLOT_COUNT,
  PROGRAM_SLOTS,
  RECORD_SIZE,
  STORE_CONSTANT,
  STORE_EMPTY,
  STORE_NULL,
  TEXT,
  TIME,
  TIME_NUMBER,
  TUPLE,
  UUID,
  WIDE_INTEGER,
} from '../layout';
import { appendByte, appendBytes, field, nextOf } from './cells';
import {
  appendIndex,
  clearKeys,
  dropKeys,
  hasNullKey,
  intern,
  keysOf,
  markKeys,
  reserveFirst,
} from './dictionaries';
import { addKey, closeKeys, openKeys } from './keys';
import { appendConstant, appendNull } from './missing';
import { POWERS_OF_FIVE } from './numbers';
import { addRest, beginRest, endRest } from './rest';
import {
  BRACE,
  BRACE_END,
  BRACKET,
  BRACKET_END,
  byteAt,
  COMMA,
  isNull,
  isSame,
  QUOTE,
  skipColon,
  skipPlain,
  skipSpace,
  skipValue,
} from './text';
import {
  appendBool,
  appendClock,
  appendDate,
  appendDateNumber,
  appendDecimal,
  appendEnum,
  appendFixedText,
  appendFloat,
  appendInteger,
  appendIp4,
  appendIp6,
  appendJsonText,
  appendObject,
  appendText,
  appendTime,
  appendTimeNumber,
  appendUuid,
  appendWideInteger,
  clockSeconds,
} from './values';

// Records of one contract, appended column by column while they are scanned. If anything of a record is in doubt, the
// whole record is removed again, and the reference reader judges it.

/** Objects are numbered, so that repeated keys are noticed. No object has number 0. */
let lastObject: u64 = 0;

/** The record's own object if a column takes the members that no other column takes. Otherwise 0. */
let restNode: usize = 0;

export function powersOfFiveAt(): usize {
  return POWERS_OF_FIVE;
}

export function heapBase(): usize {
  return __heap_base;
}

/** Empties the dictionaries. The host has set their slots to the start of their areas. */
export function begin(program: usize): void {
  const count = field(program, PROGRAM_DICTIONARY_COUNT);
  let dictionary = field(program, PROGRAM_DICTIONARIES);
  for (let index: usize = 0; index < count; index++, dictionary += 4) {
    const each = field(dictionary, 0);
    const keys = keysOf(each);
    clearKeys(each, nextOf(keys));
    if (!hasNullKey(each)) continue;
    // Key 0 of a Nullable represents NULL.
    appendBytes(keys, field(keys, CELL_ZERO), field(keys, CELL_ZERO_LENGTH));
    reserveFirst(each, nextOf(keys));
  }
}

/** Takes the records `[first, end)` as rows until one is in doubt. Returns that one, or `end`. */
export function take(program: usize, first: u32, end: u32): u32 {
  const records = field(program, PROGRAM_RECORDS);
  const times = field(program, PROGRAM_SECONDS);
  for (let index = first; index < end; index++) {
    const record = records + <usize>index * RECORD_SIZE;
    mark(program);
    if (!takeRecord(program, field(record, 0), field(record, 4))) {
      rollback(program);
      return index;
    }
    store<f64>(times + (<usize>index << 3), <f64>clockSeconds);
  }
  return end;
}

@inline
function mark(program: usize): void {
  const slots = field(program, PROGRAM_SLOTS);
  const marks = field(program, PROGRAM_MARKS);
  const size = field(program, PROGRAM_SLOT_COUNT) << 2;
  for (let at: usize = 0; at < size; at += 16) v128.store(marks + at, v128.load(slots + at));
  const count = field(program, PROGRAM_DICTIONARY_COUNT);
  const dictionaries = field(program, PROGRAM_DICTIONARIES);
  for (let index: usize = 0; index < count; index++) markKeys(field(dictionaries + (index << 2), 0));
}

function rollback(program: usize): void {
  const count = field(program, PROGRAM_DICTIONARY_COUNT);
  const dictionaries = field(program, PROGRAM_DICTIONARIES);
  for (let index: usize = 0; index < count; index++) dropKeys(field(dictionaries + (index << 2), 0));
  memory.copy(
    field(program, PROGRAM_SLOTS),
    field(program, PROGRAM_MARKS),
    field(program, PROGRAM_SLOT_COUNT) << 2,
  );
}

function takeRecord(program: usize, start: usize, end: usize): bool {
  const p = skipSpace(start, end);
  if (p >= end || byteAt(p) != BRACE) return false;
  const record = lastObject + 1;
  const root = field(program, PROGRAM_ROOT);
  const rest = field(program, PROGRAM_REST);
  const text = field(program, PROGRAM_REST_TEXT);
  restNode = rest == 0 ? 0 : root;
  if (rest != 0) beginRest(text);
  closeKeys(0);
  const behind = takeObject(root, p, end, record);
  if (behind == 0 || skipSpace(behind, end) != end) return false;
  if (rest != 0) {
    closeKeys(0);
    if (takeValue(field(rest, COLUMN_CELL), text, endRest()) == 0) return false;
    store<u64>(rest + COLUMN_SEEN, record);
  }
  let column = field(program, PROGRAM_COLUMNS);
  for (let left = field(program, PROGRAM_COLUMN_COUNT); left > 0; left--, column += COLUMN_SIZE) {
    if (load<u64>(column + COLUMN_SEEN) < record && !takeMissing(column)) return false;
  }
  return true;
}

/** Reads an object from its brace. `record` is the number of its record's object. */
function takeObject(node: usize, start: usize, end: usize, record: u64): usize {
  const object = ++lastObject;
  let p = skipSpace(start + 1, end);
  if (p < end && byteAt(p) == BRACE_END) return p + 1;
  for (let member: usize = 0; ; member++) {
    if (p >= end || byteAt(p) != QUOTE) return 0;
    const key = keyAt(node, p + 1, end, member);
    if (key == 0) {
      const close = skipPlain(p + 1, end);
      // A key with escapes may be any of the expected keys.
      if (close >= end || byteAt(close) != QUOTE) return 0;
      const from = p;
      p = skipColon(close + 1, end);
      if (p != 0) p = skipValue(p, end);
      if (node == restNode && p != 0 && !addRest(from, close, p)) return 0;
    } else {
      if (load<u64>(key + KEY_SEEN) == object) return 0;
      store<u64>(key + KEY_SEEN, object);
      p = skipColon(p + 2 + field(key, KEY_LENGTH), end);
      if (p == 0 || p >= end) return 0;
      p = takeMember(key, p, end, record);
    }
    if (p == 0) return 0;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = byteAt(p);
    if (next == BRACE_END) return p + 1;
    if (next != COMMA) return 0;
    p = skipSpace(p + 1, end);
  }
  return 0;
}

/** Finds the key whose text starts at `p`, which is member number `member` of its object. 0 for any other key. */
@inline
function keyAt(node: usize, p: usize, end: usize, member: usize): usize {
  const guesses = field(node, NODE_GUESSES);
  const keys = field(node, NODE_KEYS);
  if (member < <usize>MAX_GUESSES) {
    const guess = <usize>load<u16>(guesses + (member << 1));
    if (guess != 0) {
      const key = keys + (guess - 1) * KEY_SIZE;
      if (isKeyAt(key, p, end)) return key;
    }
  }
  return findKey(node, p, end, member);
}

function findKey(node: usize, p: usize, end: usize, member: usize): usize {
  let key = field(node, NODE_KEYS);
  const count = field(node, NODE_KEY_COUNT);
  for (let index: usize = 0; index < count; index++, key += KEY_SIZE) {
    if (load<u32>(key + KEY_NEEDS_ESCAPE) != 0 || !isKeyAt(key, p, end)) continue;
    if (member < <usize>MAX_GUESSES) {
      store<u16>(field(node, NODE_GUESSES) + (member << 1), <u16>(index + 1));
    }
    return key;
  }
  return 0;
}

/** Keys are padded, so that eight of their bytes can be loaded at once. */
@inline
function isKeyAt(key: usize, p: usize, end: usize): bool {
  const length = field(key, KEY_LENGTH);
  if (p + length >= end || byteAt(p + length) != QUOTE) return false;
  return isSame(p, field(key, KEY_TEXT), length);
}

@inline
function takeMember(key: usize, p: usize, end: usize, record: u64): usize {
  const node = field(key, KEY_NODE);
  let behind: usize = 0;
  if (node != 0) {
    // Columns below a null are missing. Any other value that is not an object is at fault.
    if (byteAt(p) == BRACE) behind = takeObject(node, p, end, record);
    else if (isNull(p, end)) behind = p + 4;
    if (behind == 0) return 0;
  }
  let column = field(key, KEY_COLUMNS);
  for (let left = field(key, KEY_COLUMN_COUNT); left > 0; left--, column += COLUMN_SIZE) {
    behind = takeField(column, p, end);
    if (behind == 0) return 0;
    store<u64>(column + COLUMN_SEEN, record);
  }
  return behind;
}

@inline
function takeField(column: usize, p: usize, end: usize): usize {
  if (byteAt(p) == 0x6e && load<u32>(column + COLUMN_ON_NULL) != AS_VALUE) {
    if (load<u32>(column + COLUMN_ON_NULL) != AS_MISSING || !isNull(p, end)) return 0;
    return takeMissing(column) ? p + 4 : 0;
  }
  return takeValue(field(column, COLUMN_CELL), p, end);
}

/** Appends the replacement of a missing field. */
function takeMissing(column: usize): bool {
  const cell = field(column, COLUMN_CELL);
  switch (load<u32>(column + COLUMN_ON_MISSING)) {
    case STORE_NULL:
      appendNull(cell);
      return true;
    case STORE_CONSTANT:
      return appendConstant(
        cell,
        field(column, COLUMN_CONSTANT),
        field(column, COLUMN_CONSTANT_LENGTH),
      );
    case STORE_EMPTY:
      appendIndex(cell, 0);
      return true;
    default:
      return false;
  }
}

/** Takes a value of any type, from its first byte. */
function takeValue(cell: usize, p: usize, end: usize): usize {
  switch (load<u32>(cell + CELL_KIND)) {
    case TEXT:
      return appendText(cell, p, end);
    case JSON_TEXT:
      return appendJsonText(cell, p, end);
    case FIXED_TEXT:
      return appendFixedText(cell, p, end);
    case INTEGER:
      return appendInteger(cell, p, end);
    case WIDE_INTEGER:
      return appendWideInteger(cell, p, end);
    case FLOAT:
      return appendFloat(cell, p, end);
    case BOOL:
      return appendBool(cell, p, end);
    case DECIMAL:
      return appendDecimal(cell, p, end);
    case ENUM:
      return appendEnum(cell, p, end);
    case UUID:
      return appendUuid(cell, p, end);
    case DATE:
      return appendDate(cell, p, end);
    case DATE_NUMBER:
      return appendDateNumber(cell, p, end);
    case TIME:
      return appendTime(cell, p, end);
    case TIME_NUMBER:
      return appendTimeNumber(cell, p, end);
    case NULLABLE:
      return takeNullable(cell, p, end);
    case LOW_CARDINALITY:
      return takeKey(cell, p, end);
    case ARRAY:
      return takeArray(cell, p, end);
    case TUPLE:
      return takeTuple(cell, p, end);
    case MAP:
      return takeMap(cell, p, end);
    case IP4:
      return appendIp4(cell, p, end);
    case IP6:
      return appendIp6(cell, p, end);
    case CLOCK:
      return appendClock(cell, p, end);
    case OBJECT:
      return appendObject(cell, p, end);
    case CONDITION:
      return takeCondition(cell, p, end);
    default:
      return 0;
  }
}

/**
 * Stores nothing. A value that is not one of the expected ones puts the record in doubt, so that the reference reader
 * filters it.
 */
function takeCondition(cell: usize, p: usize, end: usize): usize {
  const behind = skipValue(p, end);
  if (behind == 0) return 0;
  const length = behind - p;
  let name = field(cell, CELL_TABLE);
  for (let left = field(cell, CELL_COUNT); left > 0; left--, name += NAME_SIZE) {
    if (field(name, NAME_LENGTH) != length) continue;
    if (memory.compare(field(name, NAME_TEXT), p, length) == 0) return behind;
  }
  return 0;
}

function takeNullable(cell: usize, p: usize, end: usize): usize {
  if (byteAt(p) == 0x6e) {
    if (!isNull(p, end)) return 0;
    appendNull(cell);
    return p + 4;
  }
  appendByte(cell, 0);
  return takeValue(field(cell, CELL_INNER), p, end);
}

function takeKey(cell: usize, p: usize, end: usize): usize {
  if (byteAt(p) == 0x6e && (load<u32>(cell + CELL_FLAGS) & HAS_NULL_KEY) != 0) {
    if (!isNull(p, end)) return 0;
    appendNull(cell);
    return p + 4;
  }
  const behind = takeValue(field(cell, CELL_INNER), p, end);
  return behind != 0 && intern(cell, field(cell, CELL_TABLE)) ? behind : 0;
}

/** The elements go to the inner cell, and their number to this one. */
function takeArray(cell: usize, start: usize, end: usize): usize {
  if (byteAt(start) != BRACKET) return 0;
  const items = field(cell, CELL_INNER);
  let p = skipSpace(start + 1, end);
  let count: u32 = 0;
  if (p < end && byteAt(p) == BRACKET_END) {
    appendIndex(cell, 0);
    return p + 1;
  }
  for (;;) {
    if (p >= end) return 0;
    p = takeValue(items, p, end);
    if (p == 0) return 0;
    count++;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = byteAt(p);
    p++;
    if (next == BRACKET_END) break;
    if (next != COMMA) return 0;
    p = skipSpace(p, end);
  }
  appendIndex(cell, count);
  return p;
}

/** Takes an object by the names of the elements, or an array by their positions. */
function takeTuple(cell: usize, p: usize, end: usize): usize {
  if (byteAt(p) == BRACKET) return takeElements(cell, p, end);
  const node = field(cell, CELL_TABLE);
  if (byteAt(p) != BRACE || node == 0) return 0;
  const object = lastObject + 1;
  const behind = takeObject(node, p, end, object);
  if (behind == 0) return 0;
  let key = field(node, NODE_KEYS);
  for (let left = field(cell, CELL_COUNT); left > 0; left--, key += KEY_SIZE) {
    if (load<u64>(key + KEY_SEEN) != object && !takeMissing(field(key, KEY_COLUMNS))) return 0;
  }
  return behind;
}

function takeElements(cell: usize, start: usize, end: usize): usize {
  let element = field(cell, CELL_INNER);
  let p = start + 1;
  for (let left = field(cell, CELL_COUNT); left > 0; left--, element += COLUMN_SIZE) {
    p = skipSpace(p, end);
    if (p >= end) return 0;
    p = takeValue(field(element, COLUMN_CELL), p, end);
    if (p == 0) return 0;
    p = skipSpace(p, end);
    if (p >= end || byteAt(p) != (left == 1 ? BRACKET_END : COMMA)) return 0;
    p++;
  }
  return p;
}

/** The keys go to the inner cell, the values to the cell after it, and their number to this one. */
function takeMap(cell: usize, start: usize, end: usize): usize {
  if (byteAt(start) != BRACE) return 0;
  const keys = field(cell, CELL_INNER);
  const values = field(cell, CELL_TABLE);
  const open = openKeys();
  let count: u32 = 0;
  let p = skipSpace(start + 1, end);
  if (p < end && byteAt(p) == BRACE_END) {
    appendIndex(cell, 0);
    return p + 1;
  }
  for (;;) {
    if (p >= end || byteAt(p) != QUOTE) return 0;
    const close = skipPlain(p + 1, end);
    if (close >= end || byteAt(close) != QUOTE || !addKey(open, p + 1, close - p - 1)) return 0;
    if (takeValue(keys, p, end) == 0) return 0;
    p = skipColon(close + 1, end);
    if (p == 0 || p >= end) return 0;
    p = takeValue(values, p, end);
    if (p == 0) return 0;
    count++;
    p = skipSpace(p, end);
    if (p >= end) return 0;
    const next = byteAt(p);
    p++;
    if (next == BRACE_END) break;
    if (next != COMMA) return 0;
    p = skipSpace(p, end);
  }
  closeKeys(open);
  appendIndex(cell, count);
  return p;
}
