// Promise: strings and numbers of a JSON text are read exactly. Checked against JSON.parse and BigInt, over random texts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberToken } from '../../../../../src/domain/types/json-text/number-token.js';
import { readJson } from '../../../../../src/domain/types/json-text/read-json.js';
import { StringToken } from '../../../../../src/domain/types/json-text/string-token.js';
import { writtenJson } from '../../../../../src/domain/types/json-text/written-json.js';

const asEscapes = (text: string) =>
  `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;

test('a string equals that of JSON.parse, however it is escaped', () => {
  const token = new StringToken();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isEscaped) => {
      const json = isEscaped ? asEscapes(text) : JSON.stringify(text);
      const bytes = Buffer.from(`[${json}]`);
      token.read(bytes, 1);
      expect(token.text()).toBe(text);
      expect(token.isBroken).toBe(false);
      expect(token.next).toBe(bytes.length - 1);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['"\\ud800"', '"\\udc00"', '"\\ud800\\ud800"', '"a\\ud83dx"', '"\\udc00\\ud800"'])(
  '%s contains half of a surrogate pair',
  (json) => {
    const token = new StringToken();
    token.read(Buffer.from(json), 0);
    expect(token.isBroken).toBe(true);
  },
);

/** Digits × 10^-scale, as a decimal text of BigInt. */
test('a number keeps its digits', () => {
  const token = new NumberToken();
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 80n), max: 10n ** 80n }),
      fc.integer({ min: -40, max: 40 }),
      fc.nat(90),
      (digits, exponent, point) => {
        const [sign, all] = digits < 0n ? ['-', String(-digits)] : ['', String(digits)];
        const place = Math.max(1, all.length - point);
        const fraction = all.slice(place);
        const text = `${sign}${all.slice(0, place)}${fraction === '' ? '' : `.${fraction}`}e${exponent}`;
        const bytes = Buffer.from(text);
        expect(token.read(bytes, 0, bytes.length)).toBe(bytes.length);
        const scale = fraction.length - exponent;
        // The value × 10^120 is an integer for every generated exponent.
        const wanted = (digits < 0n ? -digits : digits) * 10n ** BigInt(120 - scale);
        expect(BigInt(token.wholeText(120))).toBe(wanted);
        expect(token.isNegative).toBe(sign === '-');
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each(['0', '-0', '0.0', '0e5', '0.000e-99', '-0.0'])('%s is zero', (text) => {
  const token = new NumberToken();
  expect(token.read(Buffer.from(text), 0, text.length)).toBe(text.length);
  expect([token.count, token.point, token.fractionDigits, token.wholeText(3)]).toEqual([
    0,
    0,
    0,
    '0',
  ]);
});

test.each(['', '-', '01', '-01', '1.', '.5', '1e', '1e+', '+1', 'x', '1.e5', '--1'])(
  '%s is not a number',
  (text) => {
    expect(new NumberToken().read(Buffer.from(text), 0, text.length)).not.toBe(
      text.length === 0 ? 0 : text.length,
    );
  },
);

test('more digits than any type has are still counted', () => {
  const token = new NumberToken();
  const read = (text: string) => {
    token.read(Buffer.from(text), 0, text.length);
    return [token.point, token.fractionDigits > 0];
  };
  expect(read(`1${'0'.repeat(500)}`)).toEqual([501, false]);
  expect(read(`${'0'.repeat(0)}0.${'0'.repeat(500)}1`)).toEqual([-500, true]);
  expect(read(`1${'0'.repeat(300)}.5`)).toEqual([301, true]);
  expect(read('1e999999999999')[0]).toBeGreaterThan(1_000);
});

test('a value read from its own text is the same, including integers beyond 2^53', () => {
  const value = {
    a: [1, -2.5, 'é"', true, null, { __proto__x: 18_446_744_073_709_551_615n }],
    '': {},
  };
  expect(readJson(Buffer.from(writtenJson(value) ?? ''), 0)).toEqual(value);
  expect(readJson(Buffer.from('{"__proto__":1}'), 0)).toEqual(JSON.parse('{"__proto__":1}'));
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value = readJson(Buffer.from(json), 0);
      expect(
        JSON.stringify(value, (_, each: unknown) =>
          typeof each === 'bigint' ? Number(each) : each,
        ),
      ).toBe(JSON.stringify(JSON.parse(json)));
    }),
  );
});

test.each([NaN, { a: [Infinity] }, new Map(), new Date(0), () => 1, { a: Symbol('x') }])(
  '%o is not JSON',
  (value) => {
    expect(writtenJson(value)).toBeNull();
  },
);
