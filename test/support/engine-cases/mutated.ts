import { Buffer } from 'node:buffer';

/** Insertions: bytes of the grammar, numbers at the limits, and invalid UTF-8. */
const PIECES: readonly Buffer[] = [
  ...['"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', '\0', '\u007f', '\t', 'x', '-', '.', '0'],
  ...[
    'e',
    'null',
    'true',
    'false',
    '\\u0041',
    '\\ud83d\\ude00',
    '\\ud800',
    '\\x',
    '\\"',
    'é',
    '😀',
  ],
  ...[
    '1e5',
    '-0',
    '00',
    '1.0',
    '9223372036854775807',
    '18446744073709551615',
    '99999999999999999999',
  ],
  ...['0.1', '1e-400', '4.9e-324', '2.2250738585072011e-308', '123456789012345678', '1e23', '1e22'],
  ...[
    '"a":1,',
    ',"c0":2',
    '{"a":',
    '}}',
    ']]',
    '[[',
    '"":',
    '0.30000000000000004',
    '9007199254740993',
  ],
  ...['[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['],
].map((text) => Buffer.from(text));
const NO_UTF8 = [0x80, 0xc0, 0xed, 0xff, 0xe0, 0xf4, 0xf5].map((byte) => Buffer.from([byte]));

/** The text with an error or two: one record, or two that would be one if they were not separated. */
export function mutated(text: Buffer, seed: number): readonly Buffer[] {
  let state = (seed * 2_654_435_761) >>> 0;
  const below = (limit: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + 0x9e37_79b9) >>> 0;
    return state % Math.max(1, limit);
  };
  const at = below(text.length + 1);
  switch (below(12)) {
    case 0:
    case 6:
    case 7:
    case 8:
      return [text];
    case 1:
      return [text.subarray(0, at)];
    case 2:
      return [text.subarray(0, at), text.subarray(at)];
    case 3:
      return [Buffer.concat([text.subarray(0, at), text.subarray(at + 1 + below(3))])];
    case 4: {
      const copy = Buffer.from(text);
      if (at < copy.length) copy[at] = below(256);
      return [copy];
    }
    case 5: {
      const from = below(text.length);
      const part = text.subarray(from, from + below(20));
      return [Buffer.concat([text.subarray(0, at), part, text.subarray(at)])];
    }
    default: {
      const pieces = below(6) === 0 ? NO_UTF8 : PIECES;
      const piece = pieces[below(pieces.length)]!;
      return [Buffer.concat([text.subarray(0, at), piece, text.subarray(at + below(2))])];
    }
  }
}
