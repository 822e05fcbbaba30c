import type { ColumnOptions } from '../contract/contract-options.js';
import { LINEAGE_COLUMNS } from '../records/lineage.js';
import {
  ANY_TEXT,
  canBeNull,
  inferType,
  type InferredType,
  mainKinds,
  misfitsAmong,
  nullable,
} from './infer-type.js';
import type { ValueStats } from './value-stats.js';

/** A column that the sample suggests. */
export interface InferredColumn {
  readonly name: string;
  readonly options: ColumnOptions;
  /** What the sample shows, without a full stop. */
  readonly why: string;
  /** How many events of the sample the column does not take. */
  readonly misfits: number;
}

export interface InferredContract {
  readonly columns: readonly InferredColumn[];
  /** The column whose time orders and divides the table. Null if there is none that every record has. */
  readonly eventTime: string | null;
  /** The column that was different in each record. Null if no column has the name of an id. */
  readonly id: string | null;
}

/** Nested objects up to this depth become columns. Deeper ones are kept as JSON. */
const MAX_DEPTH = 4;

/** An object with at least this many keys is a dictionary if its keys are present less than half of the time. */
const MIN_VARYING_KEYS = 8;
const MAX_KEYS = 40;

interface Place {
  readonly path: readonly string[];
  /** The surrounding object is in every event. */
  readonly isAlwaysThere: boolean;
  /** How many events have something else in place of the surrounding object. */
  readonly misfits: number;
}

/** Suggests columns for events with these statistics. They are those of the whole event, which is an object. */
export function inferContract(events: ValueStats): InferredContract {
  const total = events.count('object');
  const inferred = columnsOf(events, { path: [], isAlwaysThere: true, misfits: 0 }, total);
  const columns = withDistinctNames(inferred);
  const required = columns.filter(({ isRequired }) => isRequired);
  const ids = required.filter(({ name, stats }) => {
    return NAMES_ID.test(name) && total > 1 && isDistinct(stats);
  });
  // A UUID is preferred, because a number may identify something that belongs to the event, such as its customer.
  const id = ids.find(({ options }) => options.type === 'UUID') ?? ids[0];
  const times = required.filter(({ options }) => options.type.startsWith('DateTime64'));
  const time = times.find(({ name }) => NAMES_TIME.test(name)) ?? times[0];
  return {
    columns: columns.map(({ name, options, why, misfits }) => ({ name, options, why, misfits })),
    eventTime: time?.name ?? null,
    id: id?.name ?? null,
  };
}

/** `id`, `order_id`, `orderId`, `OrderID`; not `paid`. */
const NAMES_ID =
  /(?:(?:^|_)(?:[iI][dD]|[uU][uU][iI][dD]|[gG][uU][iI][dD])|[a-z0-9](?:I[dD]|U[uU][iI][dD]|G[uU][iI][dD]))$/;
const NAMES_TIME = /(^|_)(created|occurred|event|time|timestamp|ts)(_?at|_?time)?$/i;

/** `lat`, `geo_lng`, `pickupLatitude`; not `flat`. */
const NAMES_COORDINATE =
  /(?:(?:^|_)(?:[lL][aA][tT]|[lL][oO][nN]|[lL][nN][gG]|[lL]atitude|[lL]ongitude)|[a-z0-9](?:Lat|Lon|Lng|Latitude|Longitude))$/;

const AMOUNT_HINT = '; for amounts, Decimal(18, 2) keeps every digit and rejects more';

/** All texts and whole numbers are different. */
function isDistinct(stats: ValueStats): boolean {
  const values = stats.count('string') + stats.count('integer');
  return values > 1 && stats.distinct.size === values;
}

interface FoundColumn {
  readonly path: readonly string[];
  readonly stats: ValueStats;
  readonly options: ColumnOptions;
  readonly why: string;
  readonly misfits: number;
  /** Events without the field become dead letters. */
  readonly isRequired: boolean;
}

function columnsOf(object: ValueStats, place: Place, total: number): readonly FoundColumn[] {
  // A field with an empty name can't be reached by a path.
  const named = [...object.fields].filter(([key]) => key !== '');
  return named.flatMap(([key, stats]) => {
    const path = [...place.path, key];
    const isAlwaysThere = place.isAlwaysThere && stats.seen === object.count('object');
    const main = mainKinds(stats);
    const isObject = main.kinds.join() === 'object';
    if (isObject && !isVarying(stats) && path.length < MAX_DEPTH) {
      const inside = { path, isAlwaysThere: isAlwaysThere && stats.nulls === 0 };
      return columnsOf(stats, { ...inside, misfits: place.misfits + main.misfits }, total);
    }
    const found = isObject ? { ...dictionaryType(stats), misfits: main.misfits } : inferType(stats);
    const values = stats.seen - stats.nulls;
    const absent = total - values;
    const isRequired =
      (isAlwaysThere && stats.nulls === 0) ||
      (isKey(key, stats, found) && absent <= misfitsAmong(total));
    const options = isRequired ? plainOptions(found) : optionalOptions(found);
    const there = absent === 0 ? '' : `; in ${values} of ${total} events`;
    const hint = found.type === 'Float64' && !NAMES_COORDINATE.test(key) ? AMOUNT_HINT : '';
    const withoutValue = isRequired ? Math.max(absent, place.misfits) : place.misfits;
    const misfits = withoutValue + (found.misfits ?? 0);
    return [{ path, stats, options, why: found.why + hint + there, misfits, isRequired }];
  });
}

/** An id or the time of the event, without which an event is of little use. */
function isKey(name: string, stats: ValueStats, { type }: InferredType): boolean {
  return type.startsWith('DateTime64')
    ? NAMES_TIME.test(name)
    : NAMES_ID.test(name) && isDistinct(stats);
}

function isVarying({ fields, hasMoreFields, kinds }: ValueStats): boolean {
  if (fields.size === 0 || hasMoreFields || fields.size > MAX_KEYS) return true;
  const seen = [...fields.values()].reduce((sum, field) => sum + field.seen, 0);
  const isSparse = 2 * seen < fields.size * (kinds.get('object') ?? 0);
  return isSparse && fields.size >= MIN_VARYING_KEYS;
}

/** The type of an object whose keys are values themselves. */
function dictionaryType({ fields, hasMoreFields }: ValueStats): InferredType {
  const values = [...fields.values()];
  const isText = values.every(({ kinds, nulls }) => {
    return nulls === 0 && kinds.size === 1 && kinds.has('string');
  });
  const keys = `objects with ${hasMoreFields ? 'many' : fields.size} different keys`;
  if (values.length === 0) return { ...ANY_TEXT, why: 'only empty objects in the sample' };
  return isText
    ? { type: 'Map(LowCardinality(String), String)', why: `${keys}, all strings` }
    : { type: 'JSON', why: keys };
}

function plainOptions({ type, read }: InferredType): ColumnOptions {
  return { type, ...(read !== undefined && { read }) };
}

/** A type without NULL is stored as empty if the field is missing or null. */
function optionalOptions(found: InferredType): ColumnOptions {
  const options = plainOptions(found);
  if (canBeNull(found.type)) return { ...options, type: nullable(found.type) };
  return { ...options, default: found.type.startsWith('Array') ? [] : {}, null: 'default' };
}

function withDistinctNames(
  columns: readonly FoundColumn[],
): readonly (FoundColumn & { readonly name: string })[] {
  // A literal of an object can't have a key `__proto__`.
  const taken = new Set<string>([...LINEAGE_COLUMNS.map(({ name }) => name), '__proto__']);
  return columns.map((column) => {
    const { path } = column;
    const plain = path.join('_').replace(/\W/g, '_') || '_';
    const base = /^\d/.test(plain) ? `_${plain}` : plain;
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    const isNamed = path.length === 1 && path[0] === name;
    const written = path.some((key) => key.includes('.')) ? path : path.join('.');
    return isNamed
      ? { ...column, name }
      : { ...column, name, options: withPath(column.options, written) };
  });
}

/** Adds the path after the type, as people write it. */
function withPath(
  { type, ...rest }: ColumnOptions,
  path: string | readonly string[],
): ColumnOptions {
  return { type, path, ...rest };
}
