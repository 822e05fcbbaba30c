import type { TypeArgument, TypeNode } from './type-node.js';

/** Names that the server quotes although they look like plain words. */
const RESERVED = /^(all|distinct|from|select|table)$/i;

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\b': '\\b',
  '\f': '\\f',
  '\0': '\\0',
};

/** The type in ClickHouse's own spelling, as `system.columns` shows it: `Decimal(18, 2)`. */
export function printType({ name, args }: TypeNode): string {
  return args.length === 0 ? name : `${name}(${args.map(printArgument).join(', ')})`;
}

/** A name within a type, in backquotes if it needs them. */
export function printName(name: string): string {
  const isPlain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.test(name);
  return isPlain ? name : quoted(name, '`');
}

function printArgument(arg: TypeArgument): string {
  switch (arg.kind) {
    case 'type':
      return printType(arg.type);
    case 'member':
      return `${printName(arg.name)} ${printType(arg.type)}`;
    case 'number':
      return arg.text;
    case 'text':
      return quoted(arg.value, "'");
    case 'enum':
      return `${quoted(arg.name, "'")} = ${arg.value}`;
    case 'setting':
      return `${arg.name}=${arg.value}`;
    case 'skip':
      return `SKIP ${printName(arg.path)}`;
    case 'skip-pattern':
      return `SKIP REGEXP ${quoted(arg.pattern, "'")}`;
  }
}

function quoted(text: string, quote: "'" | '`'): string {
  const escaped = text.replaceAll(/[\\\n\t\r\b\f\0'`]/g, (character) =>
    character === quote ? `\\${character}` : (ESCAPES[character] ?? character),
  );
  return `${quote}${escaped}${quote}`;
}
