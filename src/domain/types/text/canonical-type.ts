import { type TypeArgument, type TypeNode, typeNode } from './type-node.js';

/** Names that ClickHouse accepts in any case (`system.data_type_families` of 26.7). */
const ANY_CASE = [
  ...['Bool', 'Date', 'Date32', 'DateTime', 'DateTime32', 'DateTime64', 'Time', 'Time64'],
  ...['Decimal', 'Decimal32', 'Decimal64', 'Decimal128', 'Decimal256', 'Enum', 'JSON'],
];

/** SQL's names in capital letters, by the ClickHouse type. */
const ALIASES: Readonly<Record<string, string>> = {
  Bool: 'BOOLEAN',
  Int8: 'TINYINT, TINYINT SIGNED, INT1, BYTE',
  Int16: 'SMALLINT, SMALLINT SIGNED',
  Int32: 'INT, INTEGER, MEDIUMINT, INT SIGNED, INTEGER SIGNED, MEDIUMINT SIGNED',
  Int64: 'BIGINT, BIGINT SIGNED, SIGNED',
  UInt8: 'TINYINT UNSIGNED',
  UInt16: 'SMALLINT UNSIGNED, YEAR',
  UInt32: 'INT UNSIGNED, INTEGER UNSIGNED, MEDIUMINT UNSIGNED',
  UInt64: 'BIGINT UNSIGNED, UNSIGNED, BIT, SET',
  Float32: 'FLOAT, REAL, SINGLE',
  Float64: 'DOUBLE, DOUBLE PRECISION',
  Decimal: 'DEC, NUMERIC, FIXED',
  DateTime: 'TIMESTAMP',
  IPv4: 'INET4',
  IPv6: 'INET6',
  FixedString: 'BINARY',
  String:
    'TEXT, TINYTEXT, MEDIUMTEXT, LONGTEXT, CHAR, VARCHAR, VARCHAR2, NCHAR, NVARCHAR, CHARACTER, CHAR VARYING, ' +
    'CHARACTER VARYING, BLOB, TINYBLOB, MEDIUMBLOB, LONGBLOB, CLOB, BYTEA, VARBINARY, BINARY VARYING',
};

const NAMES: ReadonlyMap<string, string> = new Map([
  ...ANY_CASE.map((name) => [name.toUpperCase(), name] as const),
  ...Object.entries(ALIASES).flatMap(([name, aliases]) =>
    aliases.split(', ').map((alias) => [alias, name] as const),
  ),
]);

const DECIMAL_DIGITS: Readonly<Record<string, string>> = {
  Decimal32: '9',
  Decimal64: '18',
  Decimal128: '38',
  Decimal256: '76',
};

/** Parameters of JSON that the server does not print if they have these default values. */
const JSON_DEFAULTS: Readonly<Record<string, number>> = {
  max_dynamic_paths: 1_024,
  max_dynamic_types: 32,
};

/** The type as the server prints it, so that all spellings have one tree. A string says what was expected instead. */
export function canonicalType(name: string, args: readonly TypeArgument[]): TypeNode | string {
  const known = NAMES.get(name.toUpperCase()) ?? name;
  switch (known) {
    case 'String':
      return typeNode('String');
    case 'Decimal':
      return typeNode('Decimal', args[0] ?? number('10'), args[1] ?? number('0'));
    case 'Decimal32':
    case 'Decimal64':
    case 'Decimal128':
    case 'Decimal256':
      return typeNode('Decimal', number(DECIMAL_DIGITS[known] ?? ''), args[0] ?? number('0'));
    case 'DateTime32':
      return typeNode('DateTime', ...args);
    case 'DateTime64':
    case 'Time64':
      return typeNode(known, args[0] ?? number('3'), ...args.slice(1));
    case 'Enum':
    case 'Enum8':
    case 'Enum16':
      return canonicalEnum(known, args);
    case 'JSON':
      return typeNode('JSON', ...canonicalJson(args));
    case 'Variant':
      return typeNode('Variant', ...args.toSorted(byTypeName));
    default:
      return typeNode(known, ...args.map(unsigned));
  }
}

/** A name without a number gets the number after the previous one. The server sorts names by number. */
function canonicalEnum(name: string, args: readonly TypeArgument[]): TypeNode | string {
  let next = 1;
  const names: Extract<TypeArgument, { kind: 'enum' }>[] = [];
  for (const arg of args) {
    if (arg.kind !== 'enum' && arg.kind !== 'text') return `names in quotes in ${name}(...)`;
    const value = arg.kind === 'enum' ? arg.value : next;
    names.push({ kind: 'enum', name: arg.kind === 'enum' ? arg.name : arg.value, value });
    next = value + 1;
  }
  names.sort((a, b) => a.value - b.value);
  const fitsByte = names.every(({ value }) => value >= -128 && value <= 127);
  return typeNode(name === 'Enum' ? (fitsByte ? 'Enum8' : 'Enum16') : name, ...names);
}

function canonicalJson(args: readonly TypeArgument[]): readonly TypeArgument[] {
  const ofKind = (kind: TypeArgument['kind'], key: (arg: TypeArgument) => string) =>
    args.filter((arg) => arg.kind === kind).toSorted((a, b) => compare(key(a), key(b)));
  return [
    ...ofKind('setting', (arg) => (arg.kind === 'setting' ? arg.name : '')).filter(
      (arg) => arg.kind !== 'setting' || JSON_DEFAULTS[arg.name] !== arg.value,
    ),
    ...ofKind('member', (arg) => (arg.kind === 'member' ? arg.name : '')),
    ...ofKind('skip', (arg) => (arg.kind === 'skip' ? arg.path : '')),
    ...ofKind('skip-pattern', (arg) => (arg.kind === 'skip-pattern' ? arg.pattern : '')),
    ...args.filter(({ kind }) => kind === 'type' || kind === 'number' || kind === 'text'),
  ];
}

function byTypeName(a: TypeArgument, b: TypeArgument): number {
  return a.kind === 'type' && b.kind === 'type' ? compare(a.type.name, b.type.name) : 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function number(text: string): TypeArgument {
  return { kind: 'number', text };
}

function unsigned(arg: TypeArgument): TypeArgument {
  return arg.kind === 'number' && arg.text.startsWith('+') ? number(arg.text.slice(1)) : arg;
}
