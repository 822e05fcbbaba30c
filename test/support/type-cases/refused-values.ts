import { randomBytes } from 'node:crypto';

/** Part of texts. Some errors quote only ten characters of a value. */
export const MARK = `Qz${randomBytes(3).toString('hex')}`;

/** A text with which a row could imitate the server: an error contains a view's name only in the last position. */
const LIKE_A_VIEW = `${MARK}: while pushing to view ${MARK}.${MARK}`;

/** A value that the table refuses with an error that quotes it. */
export interface RefusedValue {
  readonly type: string;
  readonly json: string;
  /** In the form that ClickHouse itself accepts. */
  readonly nativeJson: string;
  /** JSON of another value with a marker, which the type cannot hold. */
  readonly unfit: string;
  /** SQL that throws for the value, and for no other row. */
  readonly throws: (column: string, isMarked: string) => string;
  /** Part of the error of that expression. */
  readonly quoted: string;
  /** SQL of the values that a constraint quotes. */
  readonly read: (column: string) => string;
}

interface Probe {
  readonly call: (text: string) => string;
  /** A text that the type accepts. */
  readonly valid: string;
}

const probe = (valid: string, call: Probe['call']): Probe => ({ valid, call });
const asEnum = probe('ok', (text) => `CAST(${text} AS Enum8('ok' = 1))`);
const asUuid = probe('00000000-0000-0000-0000-000000000000', (text) => `toUUID(${text})`);
const asJson = probe('{}', (text) => `CAST(${text} AS JSON(k UInt8))`);

/** Expressions that only strings reach, each with a different error. */
const TEXT_PROBES: readonly Probe[] = [
  asEnum,
  probe('2020-01-01', (text) => `toDate(${text})`),
  probe('1', (text) => `toFloat64(${text})`),
  probe('1', (text) => `toDecimal64(${text}, 2)`),
  probe('1', (text) => `accurateCast(${text}, 'UInt8')`),
  probe('true', (text) => `CAST(${text} AS Bool)`),
  probe('::1', (text) => `toIPv6(${text})`),
  probe('1.2.3.4', (text) => `toIPv4(${text})`),
  asJson,
  probe('YQ==', (text) => `base64Decode(${text})`),
  probe('a', (text) => `match('a', if(${text} = 'a', 'a', concat(${text}, '(')))`),
  probe('1s', (text) => `parseTimeDelta(${text})`),
  probe('POINT(1 1)', (text) => `readWKTPoint(${text})`),
];

interface Options {
  readonly probe?: Probe;
  /** How often the value must occur: a short text may occur in an error by chance. */
  readonly times?: number;
  readonly unfit?: string;
  readonly member?: string;
  readonly nativeJson?: string;
}

const UNFIT_TEXT = `"${MARK}"`;
const UNFIT_OBJECT = `{"${MARK}":"${MARK}"}`;

/** `printed`: the value as `toString` prints it. */
function value(type: string, json: string, printed: string, options: Options = {}): RefusedValue {
  const { probe: used = asUuid, times = 1, unfit = UNFIT_TEXT, member = '' } = options;
  const read = (column: string) => `toString(${column}${member})`;
  return {
    type,
    json,
    nativeJson: options.nativeJson ?? json,
    unfit,
    read,
    throws: (column, isMarked) =>
      used.call(`if(${isMarked}, repeat(${read(column)}, ${times}), '${used.valid}')`),
    quoted: printed.repeat(times),
  };
}

/** An error of the function itself about a value of the type, which names the value. */
function natural(
  type: string,
  { json, quoted }: { readonly json: string; readonly quoted: string },
  throws: RefusedValue['throws'],
): RefusedValue {
  return { ...value(type, json, quoted), throws };
}

const text = (used: Probe, type = 'String', json = `"${LIKE_A_VIEW}"`): RefusedValue =>
  value(type, json, MARK, { probe: used, unfit: UNFIT_OBJECT });

const INTEGERS = [
  value('Int8', '-113', '-113', { times: 4 }),
  value('UInt8', '213', '213', { times: 4, probe: asEnum }),
  value('Int16', '-31097', '-31097', { times: 3 }),
  value('UInt16', '51309', '51309', { times: 3, probe: asEnum }),
  value('Int32', '-731097731', '-731097731'),
  value('UInt32', '3731097731', '3731097731', { probe: asEnum }),
  natural(
    'Int64',
    { json: '7310977317310977', quoted: '7310977317310977' },
    (column, isMarked) => `range(if(${isMarked}, ${column}, 1))`,
  ),
  natural(
    'UInt64',
    { json: '7310977317310978', quoted: '7310977317310978' },
    (column, isMarked) => `repeat('a', if(${isMarked}, ${column}, 1))`,
  ),
];

const WIDE = ['Int128', 'UInt128', 'Int256', 'UInt256'].map((type, index) =>
  value(type, `7310977317310977731097${index}`, `7310977317310977731097${index}`, {
    probe: index % 2 === 0 ? asEnum : asUuid,
  }),
);

const FRACTIONS = [
  value('Float32', '7310977.5', '7310977.5'),
  value('Float64', '-7310977.25', '-7310977.25', { probe: asEnum }),
  value('BFloat16', '73.5', '73.5', { times: 3 }),
  value('Bool', 'true', 'true', { times: 4, probe: asEnum }),
  value('Decimal(9, 2)', '7310977.31', '7310977.31'),
  value('Decimal(18, 4)', '73109773109.7731', '73109773109.7731', { probe: asEnum }),
  value('Decimal(38, 6)', '7310977310977310977.731097', '7310977310977310977.731097'),
  natural(
    'Decimal(76, 10)',
    { json: '7310977310977310977731097.25', quoted: '731097731097731097773109725' },
    (column, isMarked) => `toDecimal64(if(${isMarked}, ${column}, 1), 5)`,
  ),
];

const TIMES = [
  value('Date', '"2041-07-31"', '2041-07-31'),
  value('Date32', '"2241-07-31"', '2241-07-31', { probe: asEnum }),
  value('DateTime', '"2041-07-31 01:02:03"', '2041-07-31 01:02:03'),
  value("DateTime64(6, 'UTC')", '"2041-07-31 01:02:03.731097"', '2041-07-31 01:02:03.731097'),
  value('Time', '"123:45:57"', '123:45:57'),
  value('Time64(6)', '"123:45:57.731097"', '123:45:57.731097', { probe: asEnum }),
  value('UUID', '"73109773-1097-4310-8977-310977310977"', '73109773-1097-4310-8977-310977310977', {
    probe: asEnum,
  }),
  value('IPv4', '"73.109.77.31"', '73.109.77.31', { probe: asEnum }),
  natural(
    'IPv6',
    { json: '"2001:db8::7310:9773"', quoted: '2001:db8::7310:9773' },
    (column, isMarked) => `toIPv4(if(${isMarked}, ${column}, toIPv6('::ffff:1.2.3.4')))`,
  ),
  value("Enum8('paid' = 1)", '"paid"', 'paid', { times: 4, probe: asEnum }),
  value("Enum16('sent' = 700)", '"sent"', 'sent', { times: 4 }),
];

const CONTAINERS = [
  text(asUuid, 'FixedString(30)', `"${MARK}"`),
  text(asEnum, 'Nullable(String)'),
  text(asEnum, 'LowCardinality(String)'),
  text(asEnum, 'LowCardinality(Nullable(String))'),
  natural(
    'Array(String)',
    { json: `["${MARK}"]`, quoted: MARK },
    (column, isMarked) => `arrayMap(x -> toUUID(x), if(${isMarked}, ${column}, []))`,
  ),
  value('Array(Array(Int32))', '[[73109,77310],[977]]', '[[73109,77310],[977]]'),
  value('Map(String, String)', `{"${MARK}":"${MARK}"}`, `'${MARK}':'${MARK}'`, {
    unfit: `{"${MARK}":${UNFIT_OBJECT}}`,
  }),
  value('Tuple(a String, b UInt32)', `{"a":"${MARK}","b":73109}`, `('${MARK}',73109)`, {
    unfit: `{"a":"${MARK}","b":"${MARK}"}`,
  }),
  value('Nested(a String, b UInt8)', `[{"a":"${MARK}","b":1}]`, `['${MARK}']`, {
    ...{
      member: '.a',
      nativeJson: `{"a":["${MARK}"],"b":[1]}`,
      unfit: `[{"a":"${MARK}","b":"${MARK}"}]`,
    },
  }),
  value('JSON', `{"k":"${MARK}"}`, MARK, {
    ...{ probe: asJson, unfit: `{"${MARK}":1,"${MARK}":"${MARK}"}` },
  }),
];

const POINT = '[7310977.5,1.25]';
const printedPoint = '(7310977.5,1.25)';
const SHAPES = [
  value('Point', POINT, printedPoint),
  value('Ring', `[${POINT}]`, `[${printedPoint}]`),
  value('LineString', `[${POINT}]`, `[${printedPoint}]`),
  value('MultiLineString', `[[${POINT}]]`, `[[${printedPoint}]]`),
  value('Polygon', `[[${POINT}]]`, `[[${printedPoint}]]`, { probe: asEnum }),
  value('MultiPolygon', `[[[${POINT}]]]`, `[[[${printedPoint}]]]`, { probe: asEnum }),
];

/** One table each, whose columns are the values. Tables are tested in parallel, so none has very many columns. */
export const REFUSED_VALUES: Readonly<Record<string, readonly RefusedValue[]>> = {
  integers: INTEGERS,
  wide: WIDE,
  fractions: FRACTIONS,
  times: TIMES,
  texts: TEXT_PROBES.slice(0, 7).map((each) => text(each)),
  parsed: TEXT_PROBES.slice(7).map((each) => text(each)),
  containers: CONTAINERS,
  shapes: SHAPES,
};
