// Promise: a contract's columns are the types of its rows. A misspelled type is a compiler error at its column, and what the
// compiler cannot follow is a string or unknown, never an error. `npm run typecheck` checks the expectations of this file, and
// the test compiles wrong contracts and checks the places of the errors.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, expectTypeOf, test } from 'vitest';
import { defineContract } from '../../../../src/domain/contract/define-contract.js';
import type { Value } from '../../../../src/domain/contract/row-of.js';
import { filtered } from '../../../../src/domain/contract/verdict.js';

test('each type corresponds to its values in TypeScript', () => {
  expectTypeOf<Value<'UInt32'>>().toEqualTypeOf<number>();
  expectTypeOf<Value<'Int64'>>().toEqualTypeOf<bigint>();
  expectTypeOf<Value<'Decimal(18, 2)'>>().toEqualTypeOf<string>();
  expectTypeOf<Value<"DateTime64(3, 'UTC')">>().toEqualTypeOf<string>();
  expectTypeOf<Value<'Nullable(Bool)'>>().toEqualTypeOf<boolean | null>();
  expectTypeOf<Value<'LowCardinality(Nullable(String))'>>().toEqualTypeOf<string | null>();
  expectTypeOf<Value<"Enum8('low' = 1, 'high' = 2)">>().toEqualTypeOf<'low' | 'high'>();
  expectTypeOf<Value<"Enum8('it\\'s' = 1)">>().toEqualTypeOf<string>();
  expectTypeOf<Value<'Map(LowCardinality(String), Array(UInt64))'>>().toEqualTypeOf<
    Readonly<Record<string, readonly bigint[]>>
  >();
  expectTypeOf<Value<'Tuple(Int32, Array(Tuple(a UInt8, b Decimal(9, 2))))'>>().toEqualTypeOf<
    readonly [number, readonly { readonly a: number; readonly b: string }[]]
  >();
  expectTypeOf<Value<'Nested(a Int32, `b c` Nullable(String))'>>().toEqualTypeOf<
    readonly { readonly a: number; readonly 'b c': string | null }[]
  >();
  expectTypeOf<Value<'Polygon'>>().toEqualTypeOf<
    readonly (readonly (readonly [number, number])[])[]
  >();
});

const orders = defineContract({
  name: 'orders',
  columns: {
    order_id: 'UUID',
    customer: { type: 'UInt64', path: 'customer.id' },
    level: "Enum8('low' = 1, 'high' = 2)",
    items: 'Array(Tuple(sku String, qty UInt32, dims Array(Float64)))',
    attributes: 'JSON',
    item_count: { type: 'UInt16', from: 'transform' },
    loaded: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
  },
  transform: (row) => {
    expectTypeOf(row.customer).toEqualTypeOf<bigint>();
    if (row.level === 'low') return filtered;
    // @ts-expect-error the transform gives this one, so that it is not there yet
    String(row.item_count);
    // @ts-expect-error the server fills this one
    String(row.loaded);
    return { ...row, item_count: row.items.length };
  },
});

/** Never called: the compiler judges them. */
export const wrong = [
  // @ts-expect-error a misspelt type is an error where it is written
  () => defineContract({ name: 'a', columns: { x: 'Strng' } }),
  // @ts-expect-error also inside of others
  () => defineContract({ name: 'a', columns: { x: { type: 'Array(Tuple(a Strng))' } } }),
  () =>
    // @ts-expect-error the transform must give what the column holds
    defineContract({ name: 'a', columns: { x: 'UInt32' }, transform: () => ({ x: 'no' }) }),
  // @ts-expect-error an option that is misspelt
  () => defineContract({ name: 'a', columns: { x: { type: 'UInt32', pth: 'a' } } }),
  // @ts-expect-error the id must be a column
  () => defineContract({ name: 'a', columns: { x: 'UInt32' }, id: 'y' }),
];

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** A different one for each number, because the compiler remembers what it has read. */
const nested = (n: number) =>
  `Array(Tuple(a${n} LowCardinality(String), b Nullable(Decimal(18, 2)), c${n} Map(String, Array(UInt64)), d Tuple(x${n} UInt8, y Array(DateTime64(3)))))`;
const NAMES = Array.from({ length: 400 }, (_, index) => `'name ${index}' = ${index}`).join(', ');
const IMPORT = `import { defineContract } from '../../../../src/domain/contract/define-contract.js';`;

const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  misspelt: [
    IMPORT,
    `defineContract({ name: 'a', columns: {`,
    `  good: 'String',`,
    `  bad: 'Strng',`,
    `  alsoBad: { type: 'Array(Strng)', path: 'a' },`,
    `  option: { type: 'String', pth: 'a' },`,
    `} });`,
  ],
  large: [
    IMPORT,
    `defineContract({ name: 'a', columns: {`,
    ...Array.from({ length: 150 }, (_, index) => `  c${index}: '${nested(index)}',`),
    `  long: "Enum16(${NAMES})",`,
    `}, transform: (row) => ({ ...row, c1: [...row.c1, ...row.c1], long: 'any' }) });`,
  ],
};

/** The compiler's errors on each of the programs, as `line: message`. */
function compile(): Readonly<Record<string, readonly string[]>> {
  const fileOf = (name: string) => join(root, `test/unit/domain/contract/${name}.ts`);
  const texts = new Map(
    Object.entries(PROGRAMS).map(([name, lines]) => [fileOf(name), lines.join('\n')]),
  );
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...more) => {
    const text = texts.get(name);
    return text === undefined
      ? read(name, ...more)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  };
  host.fileExists = (name) => texts.has(name) || ts.sys.fileExists(name);
  const program = ts.createProgram([...texts.keys()], options, host);
  return Object.fromEntries(
    Object.keys(PROGRAMS).map((name) => {
      const source = program.getSourceFile(fileOf(name))!;
      const errors = program.getSemanticDiagnostics(source).map(({ start, messageText }) => {
        const { line } = source.getLineAndCharacterOfPosition(start ?? 0);
        return `${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
      });
      return [name, errors];
    }),
  );
}

test('the transform of a contract is kept with its spec', () => {
  expect(orders.transform).not.toBeNull();
  expect(orders.spec.columns.map(({ name }) => name)).toContain('item_count');
});

test('the compiler names the column with a misspelled type or option, and handles large contracts', () => {
  const { misspelt, large } = compile();
  expect(misspelt!.map((error) => error.slice(0, 2))).toEqual(['4:', '5:', '6:']);
  expect(misspelt![0]).toContain('unknown ClickHouse type');
  expect(misspelt![2]).toContain('unknown option');
  expect(large).toEqual([]);
}, 300_000);
