import fc from 'fast-check';
import { bad, mostly, quoted, scalar, type TypeCase, wrongType } from './value-case.js';

export const uuidCase: fc.Arbitrary<TypeCase> = fc.constant({
  ...scalar,
  text: 'UUID',
  values: mostly(
    fc.tuple(fc.uuid(), fc.boolean()).map(([id, upper]) => quoted(upper ? id.toUpperCase() : id)),
    [
      'bad_uuid',
      fc
        .constantFrom(
          '',
          'x',
          '61f0c4045cb311e7907ba6006ad3dba0',
          '61f0c404-5cb3-11e7-907b-a6006ad3dbag',
        )
        .map(quoted),
    ],
    wrongType,
  ),
  keys: fc.uuid(),
});

export const ipCase: fc.Arbitrary<TypeCase> = fc.constantFrom(
  {
    ...scalar,
    text: 'IPv4',
    values: mostly(
      fc.ipV4().map(quoted),
      [
        'bad_ip',
        fc
          .constantFrom('', '1.2.3', '1.2.3.256', '1.2.3.4.5', '01.2.3.4', '::1', ' 1.2.3.4')
          .map(quoted),
      ],
      wrongType,
    ),
    keys: fc.ipV4(),
  },
  {
    ...scalar,
    text: 'IPv6',
    values: mostly(
      fc
        .oneof(fc.ipV6(), fc.ipV4(), fc.constantFrom('::', '::1', '1::', '::FFFF:1.2.3.4'))
        .map(quoted),
      [
        'bad_ip',
        fc
          .constantFrom('', '1::2::3', '1:2:3:4:5:6:7', '12345::', 'g::', '1:2:3:4:5:6:7:8:9')
          .map(quoted),
      ],
      wrongType,
    ),
    keys: null,
  },
);

export const enumCase: fc.Arbitrary<TypeCase> = fc
  .record({
    width: fc.constantFrom(8, 16),
    names: fc.uniqueArray(fc.string({ unit: 'binary', maxLength: 8 }), {
      minLength: 1,
      maxLength: 9,
    }),
    first: fc.integer({ min: -100, max: 100 }),
  })
  .map(({ width, names, first }) => {
    // Names with control characters are printed differently than they are written.
    const clean = [...new Set(names.map((name) => name.replaceAll(/\p{C}/gu, '_')))];
    const entries = clean.map(
      (name, index) => `'${name.replaceAll(/[\\']/g, '\\$&')}' = ${first + index}`,
    );
    return {
      ...scalar,
      canBeLowCardinality: false,
      text: `Enum${width}(${entries.join(', ')})`,
      values: mostly(
        fc.constantFrom(...clean).map(quoted),
        ['unknown_name', fc.constant(quoted(`${clean.join('')}!`))],
        wrongType,
      ),
      keys: fc.constantFrom(...clean),
    };
  });

/** Text as JSON. One in four has all of its characters as escapes. */
const spelt = (texts: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(texts, fc.nat(3)).map(([text, spelling]) => {
    if (spelling > 0) return quoted(text);
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')}"`;
  });

const BROKEN = fc.constantFrom('"\\ud800"', '"a\\udc00b"', '"\\ud83d\\u0041"');

export const stringCase: fc.Arbitrary<TypeCase> = fc.constant({
  ...scalar,
  text: 'String',
  values: mostly(
    fc.oneof(
      spelt(fc.string({ unit: 'binary', maxLength: 40 })),
      fc.constantFrom('a', 'b', 'c', '').map(quoted),
    ),
    ['invalid_utf8', BROKEN],
    wrongType,
  ),
  keys: fc.string({ unit: 'binary', maxLength: 8 }),
});

export const fixedStringCase: fc.Arbitrary<TypeCase> = fc
  .integer({ min: 1, max: 20 })
  .map((size) => {
    const fits = fc
      .string({ unit: 'binary', maxLength: size })
      .filter((text) => Buffer.byteLength(text) <= size);
    return {
      ...scalar,
      text: `FixedString(${size})`,
      values: mostly(
        fits.map(quoted),
        ['too_long', fc.constantFrom('x'.repeat(size + 1), `é${'x'.repeat(size - 1)}`).map(quoted)],
        ['invalid_utf8', BROKEN],
        wrongType,
      ),
      keys: null,
    };
  });

/** Objects that ClickHouse stores, with values that it gives one type. */
const objects: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  object: fc.dictionary(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'x', 'y', 'z', ' ', 'é', '_'), maxLength: 4 }),
    tie('value'),
    {
      maxKeys: 5,
    },
  ),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.integer(),
    // JavaScript writes large ones as integers, which do not fit 64 bits.
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => !Number.isInteger(value) || Number.isSafeInteger(value)),
    fc.string({ unit: 'binary', maxLength: 10 }),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('2024-01-01', '2024-01-01T00:00:00Z'),
    fc.array(fc.integer(), { maxLength: 4 }),
    fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }),
    fc.array(tie('object'), { maxLength: 3 }),
    tie('object'),
  ),
})).object;

export const jsonCase: fc.Arbitrary<TypeCase> = fc.constant({
  ...scalar,
  canBeLowCardinality: false,
  text: 'JSON',
  values: fc.oneof(
    {
      weight: 20,
      arbitrary: mostly(
        objects.map((value) => JSON.stringify(value)),
        ['wrong_type', fc.constantFrom('1', '"{}"', '[]', 'true')],
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(
          ...[
            '{"a":1,"a":2}',
            '{"a.b":1,"a":{"b":2}}',
            '{"a":{"b":1},"a":2}',
            '{"a":18446744073709551616}',
          ],
          ...[
            '{"a":-9223372036854775809}',
            '{"a":1e309}',
            '{"a":"\\ud800"}',
            '{"\\udc00":1}',
            '{"a":[true,1]}',
          ],
          ...[
            '{"a":[9007199254740993,0.5]}',
            '{"a":[{"b":1,"b":2}]}',
            '{"a":[[true],["x"]]}',
            '{"a":1,"a.b":2}',
          ],
        )
        .map((json) => bad('not_storable_json', json)),
    },
  ),
  keys: null,
});
