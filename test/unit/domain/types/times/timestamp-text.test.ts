// Promise: every common format of ISO 8601 and RFC 3339 is read as its instant, and nothing else is read. Checked against
// Date.parse, which knows one of the formats, over random instants.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimestampText } from '../../../../../src/domain/types/times/timestamp-text.js';

const timestamp = new TimestampText();

function read(text: string): string | null {
  // The bytes after the text do not belong to it.
  const bytes = Buffer.from(`${text}9:00`);
  if (!timestamp.read(bytes, 0, Buffer.byteLength(text))) return null;
  const fraction = bytes.toString('latin1', timestamp.fractionStart, timestamp.fractionEnd);
  return `${timestamp.seconds}${fraction === '' ? '' : `.${fraction}`}`;
}

test.each([
  ['2024-01-01T00:00:00Z', '1704067200'],
  ['2024-01-01t00:00:00z', '1704067200'],
  ['2024-01-01 00:00:00', '1704067200'],
  ['2024-01-01T00:00', '1704067200'],
  ['2024-01-01T00:00Z', '1704067200'],
  ['2024-01-01T00:00+02', '1704060000'],
  ['2024-01-01T00:00:00+0200', '1704060000'],
  ['2024-01-01T00:00:00-02:30', '1704076200'],
  ['2024-01-01T00:00:00-00:00', '1704067200'],
  ['2024-01-01T00:00:00.5Z', '1704067200.5'],
  ['2024-01-01T00:00:00,123456789012+05:45', '1704046500.123456789012'],
  ['2024-02-29T23:59:59Z', '1709251199'],
  ['1969-12-31T23:59:59Z', '-1'],
  ['0000-01-01T00:00:00Z', '-62167219200'],
  ['9999-12-31T23:59:59Z', '253402300799'],
])('%s is read', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  ...[
    '',
    'x',
    '2024',
    '2024-01-01',
    '2024-01-01T',
    '2024-01-01T00',
    '2024-01-01T00:0',
    '2024-01-01T0:00',
  ],
  ...[
    '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z',
    '2024-01-32T00:00:00Z',
    '2023-02-29T00:00:00Z',
  ],
  ...[
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:60:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:6Z',
  ],
  ...[
    '2024-01-01T00:00:00.',
    '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00.5',
    '2024-01-01T00:00:00.5.5',
  ],
  ...[
    '2024-01-01T00:00:00+',
    '2024-01-01T00:00:00+2',
    '2024-01-01T00:00:00+02:',
    '2024-01-01T00:00:00+02:6',
  ],
  ...[
    '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+02:60',
    '2024-01-01T00:00:00+02:000',
    '2024-01-01T00:00:00+020',
  ],
  ...[
    '2024-01-01T00:00:00ZZ',
    '2024-01-01T00:00:00 Z',
    '2024-01-01  00:00:00',
    '+2024-01-01T00:00:00Z',
  ],
  ...[
    '2024/01/01T00:00:00Z',
    '20240101T000000Z',
    '2024-01-01_00:00:00Z',
    '2024-01-01T00:00:0éZ',
    '1700000000',
  ],
])('%s is not read', (text) => {
  expect(read(text)).toBeNull();
});

test('any timestamp is read as Date.parse reads it, in any order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -62_167_219_200, max: 253_402_300_799 }), { minLength: 1 }),
      (seconds) => {
        for (const second of seconds) {
          expect(read(new Date(second * 1_000).toISOString())).toBe(`${second}.000`);
        }
      },
    ),
    { numRuns: 300 },
  );
});
