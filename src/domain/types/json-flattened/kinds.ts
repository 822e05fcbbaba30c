/** How the values of a path are stored. Each kind is a type of ClickHouse, except that objects have their own limits. */
export const BOOL = 1;
export const INT = 2;
export const FLOAT = 3;
export const STRING = 4;
export const BOOLS = 5;
export const INTS = 6;
export const FLOATS = 7;
export const STRINGS = 8;
export const OBJECTS = 9;

export type Kind =
  | typeof BOOL
  | typeof INT
  | typeof FLOAT
  | typeof STRING
  | typeof BOOLS
  | typeof INTS
  | typeof FLOATS
  | typeof STRINGS
  | typeof OBJECTS;

/** More than the highest kind. 0 is no kind: the path has no value in that row. */
export const KINDS = 10;

/**
 * An array without values fits all arrays, so ClickHouse adds it to the first of these that the path already has, and to
 * strings if it has none.
 */
export const EMPTY_GOES_TO: readonly Kind[] = [BOOLS, INTS, FLOATS, STRINGS, OBJECTS];

const TYPES: Readonly<Record<Exclude<Kind, typeof OBJECTS>, string>> = {
  [BOOL]: 'Bool',
  [INT]: 'Int64',
  [FLOAT]: 'Float64',
  [STRING]: 'String',
  [BOOLS]: 'Array(Nullable(Bool))',
  [INTS]: 'Array(Nullable(Int64))',
  [FLOATS]: 'Array(Nullable(Float64))',
  [STRINGS]: 'Array(Nullable(String))',
};

/** What a JSON type stores in columns of their own. What exceeds it goes elsewhere, so such a block is sent as text. */
export interface Limits {
  readonly paths: number;
  readonly types: number;
}

export const DEFAULT_LIMITS: Limits = { paths: 1_024, types: 32 };

/** Limits of objects in arrays. ClickHouse derives them from those of the object that holds the array. */
export function limitsWithin({ paths, types }: Limits): Limits {
  return { paths: Math.floor(paths / 4), types: Math.floor(types / 2) };
}

/** In ClickHouse's own spelling, which leaves out defaults. `limits` are those of the object that has the path. */
export function typeOf(kind: Kind, limits: Limits): string {
  if (kind !== OBJECTS) return TYPES[kind];
  const { paths, types } = limitsWithin(limits);
  const parameters = [
    ...(types === DEFAULT_LIMITS.types ? [] : [`max_dynamic_types=${types}`]),
    ...(paths === DEFAULT_LIMITS.paths ? [] : [`max_dynamic_paths=${paths}`]),
  ];
  return parameters.length === 0 ? 'Array(JSON)' : `Array(JSON(${parameters.join(', ')}))`;
}
