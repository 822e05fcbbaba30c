// Promise: the engine takes integers and decimals of up to 256 bits, with the bytes of the reference reader, up to the limits of their
// types. Checked at each limit, and for random numbers as JSON numbers and as texts.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defineContract } from '../../../src/domain/contract/define-contract.js';
import { compareReaders } from '../../support/engine-cases/compare-readers.js';
import { compiledEngine } from '../../support/engine-cases/compiled-engine.js';

const BOUNDS = { bytes: 32 * 1_024, records: 1_024 };

/** How many of the values the engine takes. Throws if a reader stores other bytes than the other one. */
function takenOf(type: string, values: readonly string[]): number {
  const contract = defineContract({ name: 'some', columns: { v: type } });
  const records = values.map((value) => Buffer.from(`{"v": ${value} }`));
  return compareReaders(compiledEngine(), { contract, values: records }, BOUNDS).taken;
}

const spelt = (text: string) => [text, `"${text}"`];

function limitsOf(bits: number, isSigned: boolean) {
  const most = 1n << BigInt(isSigned ? bits - 1 : bits);
  return { most: most - 1n, least: isSigned ? -most : 0n };
}

const INTEGERS = [64, 128, 256].flatMap((bits) =>
  [true, false].map((isSigned) => ({ type: `${isSigned ? '' : 'U'}Int${bits}`, bits, isSigned })),
);

test.each(INTEGERS)('the engine takes $type up to its limits', ({ type, bits, isSigned }) => {
  const { most, least } = limitsOf(bits, isSigned);
  const taken = [most, most - 1n, least, least + 1n, 10n ** 18n, 10n ** 19n - 1n]
    .filter((value) => value >= least && value <= most)
    .flatMap((value) => spelt(String(value)));
  expect(takenOf(type, taken)).toBe(taken.length);
  const tooLarge = [
    most + 1n,
    least - 1n,
    least - 2n,
    ...(isSigned ? [] : [-most, -(10n ** 18n)]),
    most * 10n,
    -(most * 1_000n),
    10n ** 90n,
  ];
  for (const value of tooLarge.flatMap((each) => spelt(String(each)))) {
    expect(takenOf(type, ['1', value, '2']), value).toBe(2);
  }
  for (const text of [`${most}.0`, `${most}e1`, `0${most}`, `--${most}`, `${most}-`, '-', '']) {
    expect(takenOf(type, ['1', `"${text}"`, '2']), text).toBe(2);
  }
});

test.each(INTEGERS)('the engine takes any $type', ({ type, bits, isSigned }) => {
  const { most: max, least: min } = limitsOf(bits, isSigned);
  const texts = fc.bigInt({ min, max }).chain((value) => fc.constantFrom(...spelt(String(value))));
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 50 }), (values) => {
      expect(takenOf(type, values)).toBe(values.length);
    }),
  );
});

const DECIMALS = [
  ...([
    [38, 0],
    [38, 4],
    [38, 18],
    [38, 38],
  ] as const),
  ...([
    [76, 0],
    [76, 20],
    [76, 76],
    [20, 19],
    [39, 1],
  ] as const),
];

function decimalText(digits: string, scale: number): string {
  const padded = digits.padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  return scale === 0 ? whole : `${whole}.${padded.slice(padded.length - scale)}`;
}

test.each(DECIMALS)('the engine takes Decimal(%i, %i) up to its limits', (precision, scale) => {
  const type = `Decimal(${precision}, ${scale})`;
  const most = decimalText('9'.repeat(precision), scale);
  const least = decimalText('1', scale);
  const taken = [
    most,
    `-${most}`,
    least,
    `-${least}`,
    '0',
    '-0',
    '0.0',
    most + (scale > 0 ? '00' : '.00'),
  ];
  const all = taken.flatMap(spelt);
  expect(takenOf(type, all)).toBe(all.length);
  const left = [
    `1${'0'.repeat(precision - scale)}`,
    `${least}${scale > 0 ? '' : '.'}1`,
    `${most}e0`,
  ];
  for (const value of left.flatMap(spelt)) {
    expect(takenOf(type, ['0', value, '0']), value).toBe(2);
  }
});

test.each(DECIMALS)('the engine takes any Decimal(%i, %i)', (precision, scale) => {
  const type = `Decimal(${precision}, ${scale})`;
  const texts = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** BigInt(precision) - 1n }), fc.boolean(), fc.nat(scale))
    .chain(([value, isBelow, cut]) => {
      const text = decimalText(String(value), scale);
      // Fewer digits than the column has.
      const shorter = scale === 0 ? text : text.slice(0, text.length - Math.min(cut, scale - 1));
      return fc.constantFrom(...spelt((isBelow ? '-' : '') + shorter));
    });
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 50 }), (values) => {
      expect(takenOf(type, values)).toBe(values.length);
    }),
  );
});
