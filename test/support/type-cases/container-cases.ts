import fc from 'fast-check';
import { printName } from '../../../src/domain/types/text/print-type.js';
import { boolCase, decimalCase, floatCase, integerCase } from './number-cases.js';
import { enumCase, fixedStringCase, ipCase, jsonCase, stringCase, uuidCase } from './text-cases.js';
import { dateCase, dateTimeCase, timeCase } from './time-cases.js';
import { bad, good, type TypeCase, type ValueCase } from './value-case.js';

const composite = {
  isNullable: false,
  canBeNullable: false,
  canBeLowCardinality: false,
  keys: null,
} as const;

const scalars: fc.Arbitrary<TypeCase> = fc.oneof(
  integerCase,
  floatCase,
  boolCase,
  decimalCase,
  dateCase,
  dateTimeCase,
  timeCase,
  uuidCase,
  ipCase,
  enumCase,
  stringCase,
  fixedStringCase,
  jsonCase,
);

/** Any type, with up to `depth` nested containers. */
export function anyTypeCase(depth: number): fc.Arbitrary<TypeCase> {
  const wrapped = fc
    .tuple(scalars, fc.nat(5))
    .map(([type, wrapper]) =>
      wrapper < 3 ? type : wrapper === 3 ? nullable(type) : lowCardinality(type, wrapper === 4),
    );
  if (depth === 0) return wrapped;
  const inner = anyTypeCase(depth - 1);
  return fc.oneof(
    { weight: 4, arbitrary: wrapped },
    { weight: 1, arbitrary: inner.map(array) },
    { weight: 1, arbitrary: fc.tuple(keyTypes, inner).map(([key, value]) => map(key, value)) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.uniqueArray(names, { minLength: 1, maxLength: 4 }),
          fc.array(inner, { minLength: 4, maxLength: 4 }),
          fc.constantFrom('Tuple', 'Tuple', 'Nested'),
        )
        .map(([keys, types, kind]) =>
          kind === 'Nested' ? nested(keys, types) : namedTuple(keys, types),
        ),
    },
    { weight: 1, arbitrary: fc.array(inner, { minLength: 1, maxLength: 3 }).map(tuple) },
  );
}

const names = fc.constantFrom('a', 'b', 'qty', 'sku', 'with space', 'ünï', 'quote"d', 'select');

const keyTypes = fc
  .oneof(stringCase, integerCase, dateCase, uuidCase, enumCase)
  .filter(({ keys }) => keys !== null)
  .chain((type) =>
    fc
      .boolean()
      .map((isLow) => (isLow && type.canBeLowCardinality ? lowCardinality(type, false) : type)),
  );

function nullable(type: TypeCase): TypeCase {
  if (!type.canBeNullable) return type;
  return {
    ...type,
    text: `Nullable(${type.text})`,
    values: type.values.map((value) => (value.json === 'null' ? good('null') : value)),
    isNullable: true,
    canBeNullable: false,
    keys: null,
  };
}

function lowCardinality(type: TypeCase, isNullable: boolean): TypeCase {
  if (!type.canBeLowCardinality) return type;
  const inner = isNullable ? nullable(type) : type;
  return {
    ...inner,
    text: `LowCardinality(${inner.text})`,
    canBeNullable: false,
    canBeLowCardinality: false,
  };
}

/** The first fault of several values, in order, each with its path. */
function firstFault(
  values: readonly (readonly [place: string, value: ValueCase])[],
): Omit<ValueCase, 'json'> {
  const found = values.find(([, { fault }]) => fault !== null);
  if (found === undefined) return { fault: null, path: '' };
  const [place, value] = found;
  return { fault: value.fault, path: place + value.path };
}

function withOthers(values: fc.Arbitrary<ValueCase>, ...others: readonly string[]) {
  return fc.oneof(
    { weight: 40, arbitrary: values },
    { weight: 1, arbitrary: fc.constant(bad('null_value', 'null')) },
    { weight: 1, arbitrary: fc.constantFrom(...others).map((json) => bad('wrong_type', json)) },
  );
}

function array(type: TypeCase): TypeCase {
  const values = fc.array(type.values, { maxLength: 4 }).map((items) => ({
    json: `[${items.map(({ json }) => json).join(' , ')}]`,
    ...firstFault(items.map((item, index) => [`[${index}]`, item])),
  }));
  return {
    ...composite,
    text: `Array(${type.text})`,
    values: withOthers(values, '1', '{}', '"[]"'),
  };
}

function map(key: TypeCase, value: TypeCase): TypeCase {
  const keys = key.keys ?? fc.constant('');
  const values = fc
    .uniqueArray(fc.tuple(keys, value.values), { maxLength: 4, selector: ([text]) => text })
    .map((entries) => ({
      json: `{${entries.map(([text, { json }]) => `${JSON.stringify(text)} :${json}`).join(',')}}`,
      ...firstFault(entries.map(([, entry], index) => [`[${index}]`, entry])),
    }));
  return {
    ...composite,
    text: `Map(${key.text}, ${value.text})`,
    values: withOthers(values, '1', '[]', '"{}"'),
  };
}

function tuple(types: readonly TypeCase[]): TypeCase {
  const values = fc.tuple(...types.map((type) => type.values)).map((items) => ({
    json: `[${items.map(({ json }) => json).join(',')}]`,
    ...firstFault(items.map((item, index) => [`[${index}]`, item])),
  }));
  const text = types.map((type) => type.text).join(', ');
  return { ...composite, text: `Tuple(${text})`, values: withOthers(values, '1', '{}', '[]') };
}

function objects(keys: readonly string[], types: readonly TypeCase[]): fc.Arbitrary<ValueCase> {
  return fc
    .tuple(
      fc.tuple(...keys.map((_, index) => types[index]!.values)),
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.nat(30),
    )
    .map(([items, isReversed, missing]) => {
      const members = keys.map((key, index) => [key, items[index]!] as const);
      const isMissing = missing < keys.length;
      const written = members
        .filter((_, index) => index !== missing)
        .map(([key, { json }]) => `${JSON.stringify(key)}:${json}`);
      if (isReversed[0]) written.reverse();
      const faults = members.map(([key, item], index): [string, ValueCase] => {
        if (!isMissing || index !== missing) return [`.${key}`, item];
        return [`.${key}`, types[index]!.isNullable ? good('') : bad('missing_field', '')];
      });
      return { json: `{ ${written.join(', ')}}`, ...firstFault(faults) };
    });
}

function elements(keys: readonly string[], types: readonly TypeCase[]): string {
  return keys.map((key, index) => `${printName(key)} ${types[index]!.text}`).join(', ');
}

function namedTuple(keys: readonly string[], types: readonly TypeCase[]): TypeCase {
  return {
    ...composite,
    text: `Tuple(${elements(keys, types)})`,
    values: withOthers(objects(keys, types), '1', '"x"', 'true'),
  };
}

function nested(keys: readonly string[], types: readonly TypeCase[]): TypeCase {
  const values = fc.array(objects(keys, types), { maxLength: 3 }).map((items) => ({
    json: `[${items.map(({ json }) => json).join(',')}]`,
    ...firstFault(items.map((item, index) => [`[${index}]`, item])),
  }));
  return {
    ...composite,
    text: `Nested(${elements(keys, types)})`,
    values: withOthers(values, '1', '{}', '"x"'),
  };
}
