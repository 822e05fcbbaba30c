// Layout of a program in the engine's memory: the host writes it, the engine reads it. This file is compiled twice, as
// TypeScript for the host and as AssemblyScript for the engine, so that both always agree. Offsets and sizes are in
// bytes.

/** A program: how to process a record of one contract. */
export const PROGRAM_ROOT = 0;
export const PROGRAM_COLUMNS = 4;
export const PROGRAM_COLUMN_COUNT = 8;
export const PROGRAM_SLOTS = 12;
export const PROGRAM_SLOT_COUNT = 16;
export const PROGRAM_MARKS = 20;
export const PROGRAM_DICTIONARIES = 24;
export const PROGRAM_DICTIONARY_COUNT = 28;
export const PROGRAM_RECORDS = 32;
export const PROGRAM_SECONDS = 36;
/** The column that takes the members of the record that no other column takes, and room for their text. 0 if there is none. */
export const PROGRAM_REST = 40;
export const PROGRAM_REST_TEXT = 44;
export const PROGRAM_SIZE = 48;

/** An object whose members are looked up by their keys. */
export const NODE_KEYS = 0;
export const NODE_KEY_COUNT = 4;
export const NODE_GUESSES = 8;
export const NODE_SIZE = 16;
/** Number of members whose key is guessed from the previous object. Each guess is a UInt16: the key's index plus one. */
export const MAX_GUESSES = 64;

/** A key, the columns that take its value, and the object below it. 0 means no column or no object. */
export const KEY_TEXT = 0;
export const KEY_LENGTH = 4;
export const KEY_NODE = 8;
export const KEY_COLUMNS = 12;
export const KEY_COLUMN_COUNT = 16;
/** Not 0 if JSON can only write the key with escapes. Its unescaped bytes would not be JSON. */
export const KEY_NEEDS_ESCAPE = 20;
export const KEY_SEEN = 24;
export const KEY_SIZE = 32;

/** The receiver of a value: a column, or an element of a Tuple. */
export const COLUMN_CELL = 0;
export const COLUMN_ON_NULL = 4;
export const COLUMN_ON_MISSING = 8;
export const COLUMN_CONSTANT = 12;
export const COLUMN_CONSTANT_LENGTH = 16;
export const COLUMN_SEEN = 24;
export const COLUMN_SIZE = 32;

/** Values of `COLUMN_ON_NULL` and `COLUMN_ON_MISSING`. */
export const UNDECIDED = 0;
/** The cell handles a null like any other value. */
export const AS_VALUE = 1;
export const AS_MISSING = 2;
export const STORE_NULL = 3;
export const STORE_CONSTANT = 4;
export const STORE_EMPTY = 5;

/** A type: how a value is encoded, and where the next one goes. */
export const CELL_KIND = 0;
export const CELL_FLAGS = 4;
export const CELL_WIDTH = 8;
export const CELL_SCALE = 12;
export const CELL_MIN = 16;
export const CELL_MAX = 24;
export const CELL_SLOT = 32;
export const CELL_INNER = 36;
export const CELL_TABLE = 40;
export const CELL_COUNT = 44;
export const CELL_ZERO = 48;
export const CELL_ZERO_LENGTH = 52;
export const CELL_UNIT = 56;
export const CELL_SIZE = 64;

/** Values of `CELL_KIND`. */
export const TEXT = 0;
export const JSON_TEXT = 1;
export const FIXED_TEXT = 2;
export const INTEGER = 3;
export const WIDE_INTEGER = 4;
export const FLOAT = 5;
export const BOOL = 6;
export const DECIMAL = 7;
export const ENUM = 8;
export const UUID = 9;
export const DATE = 10;
export const DATE_NUMBER = 11;
export const TIME = 12;
export const TIME_NUMBER = 13;
export const NULLABLE = 14;
export const LOW_CARDINALITY = 15;
export const ARRAY = 16;
export const TUPLE = 17;
export const MAP = 18;
export const IP4 = 19;
/** Stores nothing. Accepts only a value whose JSON text is one of the names. */
export const CONDITION = 20;
export const IP6 = 21;
/** A time of day or a span. */
export const CLOCK = 22;
/** An object, stored as it was sent. */
export const OBJECT = 23;

/** Bits of `CELL_FLAGS`. */
export const IS_SIGNED = 1;
export const NOT_EMPTY = 2;
export const ONLY_OBJECTS = 4;
export const IS_STRICT = 8;
export const IS_CLOCK = 16;
export const HAS_NULL_KEY = 32;

/** A name of an Enum. */
export const NAME_TEXT = 0;
export const NAME_LENGTH = 4;
export const NAME_VALUE = 8;
export const NAME_SIZE = 12;

/** Keys of a LowCardinality column within one call. */
export const DICTIONARY_CELL = 0;
export const DICTIONARY_COUNT = 4;
export const DICTIONARY_MARK = 8;
export const DICTIONARY_LAST = 12;
export const DICTIONARY_PLACES = 16;
export const DICTIONARY_STARTS = 20;
export const DICTIONARY_SIZE = 24;
/** Most keys of a dictionary. It has twice as many places, which are UInt16. */
export const MAX_KEYS = 4096;
/** Mask for the index of a place. */
export const PLACE_MASK = 8191;

/** Position of a record: its start and its end, a UInt32 each. */
export const RECORD_SIZE = 8;

/** Bytes after each area that loads and stores of 16 bytes may touch. */
export const SLACK = 64;
