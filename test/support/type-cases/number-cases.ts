import fc from 'fast-check';
import { mostly, notScalar, quoted, scalar, type TypeCase } from './value-case.js';

/** One digit. */
export const digit = fc.nat(9).map(String);

/** Int8 to UInt256. */
export const integerCase: fc.Arbitrary<TypeCase> = fc
  .record({ isSigned: fc.boolean(), bits: fc.constantFrom(8n, 16n, 32n, 64n, 128n, 256n) })
  .map(({ isSigned, bits }) => {
    const min = isSigned ? -(2n ** (bits - 1n)) : 0n;
    const max = min + 2n ** bits - 1n;
    const inside = fc.oneof(
      fc.bigInt({ min, max }),
      fc.bigInt({ min: max - 3n, max }),
      fc.bigInt({ min, max: min + 3n }),
      fc.bigInt({ min: isSigned ? -9n : 0n, max: 9n }),
    );
    const outside = fc.oneof(
      fc.bigInt({ min: max + 1n, max: max + 3n }),
      fc.bigInt({ min: min - 3n, max: min - 1n }),
      fc.bigInt({ min: max + 1n, max: max * 1_000_000n }),
    );
    const isWide = bits > 32n;
    const text = `${isSigned ? 'Int' : 'UInt'}${bits}`;
    return {
      ...scalar,
      text,
      values: mostly(
        fc.tuple(inside, fc.nat(20)).map(([value, spelling]) => spelled(value, spelling, isWide)),
        ['out_of_range', outside.map(String)],
        ['not_whole', inside.map((value) => `${value}.5`)],
        ['wrong_type', notScalar],
        ['wrong_type', isWide ? fc.constant('"1e3"') : inside.map((value) => `"${value}"`)],
      ),
      keys: inside.map(String),
    };
  });

function spelled(value: bigint, spelling: number, isWide: boolean): string {
  if (spelling === 0) return `${value}.0`;
  if (spelling === 1) return `${value}e0`;
  if (spelling === 2 && value !== 0n) return `${value}00e-2`;
  return spelling < 6 && isWide ? `"${value}"` : String(value);
}

export const floatCase: fc.Arbitrary<TypeCase> = fc
  .constantFrom('Float32', 'Float64', 'BFloat16')
  .map((text) => {
    const max = text === 'Float64' ? 1.7976931348623157e308 : 3.3e38;
    // ClickHouse replaces -0 by 0 in LowCardinality, also when it merges parts.
    const isKept = (value: number) => value > 0 || value < -1e-37 || Object.is(value, 0);
    const doubles = fc.double({ min: -max, max, noNaN: true }).filter(isKept);
    return {
      ...scalar,
      text,
      values: mostly(
        fc.oneof(
          doubles.map((value) => JSON.stringify(value)),
          fc
            .float({ noNaN: true, noDefaultInfinity: true })
            .filter((value) => Math.abs(value) < max && isKept(value))
            .map(String),
          fc.tuple(fc.integer(), fc.nat(999_999)).map(([a, b]) => `${a}.${b}1`),
          fc.integer({ min: -70_000, max: 70_000 }).map(String),
        ),
        ['out_of_range', fc.constantFrom('1e309', '-1e309', '1e999999999999')],
        ['wrong_type', notScalar],
        ['wrong_type', fc.constantFrom('"1"', '"NaN"')],
      ),
      keys: null,
    };
  });

export const boolCase: fc.Arbitrary<TypeCase> = fc.constant({
  ...scalar,
  text: 'Bool',
  values: mostly(fc.constantFrom('true', 'false'), [
    'wrong_type',
    fc.constantFrom('0', '1', '"true"', '[]'),
  ]),
  keys: null,
});

export const decimalCase: fc.Arbitrary<TypeCase> = fc
  .integer({ min: 1, max: 76 })
  .chain((precision) =>
    fc.integer({ min: 0, max: precision }).map((scale): TypeCase => {
      const digits = (count: number) =>
        fc.string({ unit: digit, minLength: count, maxLength: count });
      const whole = precision - scale;
      const number = fc
        .record({
          sign: fc.constantFrom('', '-'),
          whole: fc.integer({ min: 0, max: whole }).chain(digits),
          fraction: fc.integer({ min: 0, max: scale }).chain(digits),
        })
        .map((parts) => {
          const before = parts.whole.replace(/^0+(?=\d)/, '') || '0';
          return `${parts.sign}${before}${parts.fraction === '' ? '' : `.${parts.fraction}`}`;
        });
      return {
        ...scalar,
        canBeLowCardinality: false,
        text: `Decimal(${precision}, ${scale})`,
        values: mostly(
          fc
            .tuple(number, fc.nat(9))
            .map(([text, spelling]) =>
              spelling < 3 ? quoted(text) : spelling === 3 ? `${text}e0` : text,
            ),
          [
            'too_precise',
            number.map((text) => `0.${'0'.repeat(scale)}1${text.replace(/\D/g, '')}`),
          ],
          [
            'out_of_range',
            fc.constantFrom(`1${'0'.repeat(whole)}`, `"-1${'0'.repeat(whole)}"`, '1e99'),
          ],
          ['wrong_type', notScalar],
          ['wrong_type', fc.constantFrom('"x"', '""', '"1."', '"+1"', '" 1"', '"01"')],
        ),
        keys: null,
      };
    }),
  );
