import { writtenIdentifier } from '../table/table-name.js';
import type { TextFormats, TextType } from './text-formats.js';
import { MAX_DISTINCT, type ValueKind, type ValueStats } from './value-stats.js';

export interface InferredType {
  readonly type: string;
  /** Takes the text of any value, because no type holds all of them. */
  readonly read?: 'json';
  /** What the sample shows, without a full stop. */
  readonly why: string;
  /** How many values the type does not take. */
  readonly misfits?: number;
}

/** Most different texts that count as repeated. Each must occur ten times on average. */
const MAX_REPEATED = 1_000;
const MIN_TEXTS = 20;
const MIN_REPETITIONS = 10;

/** Most elements of a Tuple. An object with more fields is kept as JSON. */
const MAX_ELEMENTS = 30;

/** Whole numbers with 13 digits: as milliseconds since 1970, they are times from 2001 to 2286. */
const MIN_EPOCH_MS = 1_000_000_000_000n;
const MAX_EPOCH_MS = 9_999_999_999_999n;
const EPOCH_MS_HINT =
  "if they are milliseconds since 1970, use DateTime64(3, 'UTC') with read: 'epoch-ms'";

const UNSIGNED = [32, 64, 128, 256].map((bits) => ({ bits, max: 2n ** BigInt(bits) - 1n }));
const SIGNED = [32, 64, 128, 256].map((bits) => ({ bits, max: 2n ** BigInt(bits - 1) - 1n }));

export const ANY_TEXT = { type: 'String', read: 'json' } as const;

/** One value in so many may differ from the others without changing the type that they suggest. */
const VALUES_PER_MISFIT = 100;

/** How many of so many values may be misfits. */
export function misfitsAmong(values: number): number {
  return Math.floor(values / VALUES_PER_MISFIT);
}

/**
 * The kinds of the non-null values in one place. If hardly any value is of another kind than most are, it is the kind of most,
 * and `misfits` counts the others.
 */
export function mainKinds({ kinds, seen, nulls }: ValueStats): {
  readonly kinds: readonly ValueKind[];
  readonly misfits: number;
} {
  const values = seen - nulls;
  const [most] = [...kinds].sort(([, a], [, b]) => b - a);
  const misfits = values - (most?.[1] ?? 0);
  const areNumbers = [...kinds.keys()].every((kind) => kind === 'integer' || kind === 'fraction');
  return most === undefined || areNumbers || misfits > misfitsAmong(values)
    ? { kinds: [...kinds.keys()].sort(), misfits: 0 }
    : { kinds: [most[0]], misfits };
}

/**
 * The type of the non-null values in one place. Objects have no type of their own: they are split into columns. A few values of
 * another kind or format don't change it.
 */
export function inferType(stats: ValueStats): InferredType {
  const { kinds, misfits } = mainKinds(stats);
  const found = typeOfKinds(kinds, stats);
  return misfits === 0 ? found : { ...found, misfits: misfits + (found.misfits ?? 0) };
}

function typeOfKinds(kinds: readonly ValueKind[], stats: ValueStats): InferredType {
  switch (kinds.join()) {
    case '':
      return { ...ANY_TEXT, why: 'only null in the sample, so its type is unknown' };
    case 'boolean':
      return { type: 'Bool', why: 'true or false' };
    case 'integer':
      return integerType(stats);
    case 'fraction':
    case 'fraction,integer':
      return { type: 'Float64', why: 'numbers with fractions' };
    case 'string':
      return textType(stats);
    case 'array':
      return arrayType(stats.elements);
    default:
      return { ...ANY_TEXT, why: `values of several kinds (${kinds.join(', ')})` };
  }
}

function integerType({ min, max }: ValueStats): InferredType {
  const [least, most] = [min ?? 0n, max ?? 0n];
  const range =
    least === most ? `the whole number ${least}` : `whole numbers from ${least} to ${most}`;
  const isTime = least >= MIN_EPOCH_MS && most <= MAX_EPOCH_MS;
  const why = isTime ? `${range}; ${EPOCH_MS_HINT}` : range;
  const isSigned = least < 0n;
  const reach = isSigned && -least - 1n > most ? -least - 1n : most;
  const widths = isSigned ? SIGNED : UNSIGNED;
  // Leaves room for twice the largest value, up to 64 bits, so that a growing number does not become a dead letter.
  const wide = widths.find((width) => width.max >= 2n * reach && width.bits <= 64);
  const found = wide ?? widths.find((width) => width.max >= reach);
  if (found === undefined) return { ...ANY_TEXT, why: `${why}, beyond 256 bits` };
  return { type: `${isSigned ? 'Int' : 'UInt'}${found.bits}`, why };
}

function textType(stats: ValueStats): InferredType {
  const { formats, distinct } = stats;
  const format = formats.typeExcept(misfitsAmong(stats.count('string')));
  return format === null ? plainTextType(stats, distinct) : formattedType(format, formats);
}

function formattedType(
  { type, misfits }: { readonly type: TextType; readonly misfits: number },
  formats: TextFormats,
): InferredType {
  switch (type) {
    case "DateTime64(3, 'UTC')": {
      const digits = [3, 6, 9].find((each) => each >= formats.fractionDigits) ?? 9;
      return { type: `DateTime64(${digits}, 'UTC')`, why: 'ISO 8601 timestamps', misfits };
    }
    case 'Date':
      return { type, why: 'dates', misfits };
    case 'UUID':
      return { type, why: 'UUIDs', misfits };
    case 'IPv4':
    case 'IPv6':
      return { type, why: 'IP addresses', misfits };
  }
}

function plainTextType(stats: ValueStats, distinct: ReadonlySet<string>): InferredType {
  const texts = stats.count('string');
  const isFew = distinct.size <= MAX_REPEATED && distinct.size * MIN_REPETITIONS <= texts;
  if (texts >= MIN_TEXTS && isFew) {
    const what = distinct.size === 1 ? 'one string' : `${distinct.size} different strings`;
    return { type: 'LowCardinality(String)', why: `${what} in ${texts}` };
  }
  const many = distinct.size < MAX_DISTINCT ? String(distinct.size) : `at least ${distinct.size}`;
  return { type: 'String', why: `strings, ${many} different in ${texts}` };
}

function arrayType(elements: ValueStats | null): InferredType {
  if (elements === null || elements.seen === 0) {
    return { ...ANY_TEXT, why: 'only empty arrays in the sample, so their type is unknown' };
  }
  const inner = elementType(elements);
  if (inner === null) return { ...ANY_TEXT, why: 'arrays whose values have different types' };
  return { type: `Array(${inner})`, why: 'arrays' };
}

/** Null if no type holds all elements. An array with one misfit would be rejected as a whole, so there are none. */
function elementType(stats: ValueStats): string | null {
  const kinds = [...stats.kinds.keys()].sort();
  const isObject = kinds.length === 1 && kinds[0] === 'object';
  const inferred = isObject ? null : typeOfElements(kinds, stats);
  const type =
    inferred === null ? tupleType(stats) : inferred.read === 'json' ? null : inferred.type;
  if (type === null || stats.nulls === 0) return type;
  return canBeNull(type) ? nullable(type) : null;
}

function typeOfElements(kinds: readonly ValueKind[], stats: ValueStats): InferredType {
  const found = typeOfKinds(kinds, stats);
  return (found.misfits ?? 0) === 0 ? found : plainTextType(stats, stats.distinct);
}

function tupleType({ fields, hasMoreFields, kinds }: ValueStats): string | null {
  if (hasMoreFields || fields.size === 0 || fields.size > MAX_ELEMENTS) return null;
  const elements = [...fields].map(([key, stats]) => {
    const type = elementType(stats);
    const isAlwaysThere = stats.seen === kinds.get('object');
    if (type === null) return null;
    if (isAlwaysThere) return `${writtenIdentifier(key)} ${type}`;
    return canBeNull(type) ? `${writtenIdentifier(key)} ${nullable(type)}` : null;
  });
  return elements.includes(null) ? null : `Tuple(${elements.join(', ')})`;
}

/** Arrays, Tuples and Maps have no NULL. */
export function canBeNull(type: string): boolean {
  return !/^(Array|Tuple|Map|JSON)/.test(type);
}

/** The type with NULL as a value. */
export function nullable(type: string): string {
  if (type.startsWith('Nullable(') || type.startsWith('LowCardinality(Nullable(')) return type;
  const [, inner] = /^LowCardinality\((.*)\)$/.exec(type) ?? [];
  return inner === undefined ? `Nullable(${type})` : `LowCardinality(Nullable(${inner}))`;
}
