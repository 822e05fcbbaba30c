// Promise: the bytes of a timestamp give the same second as its text, and both that of JavaScript's own calendar, and the fast
// parser never accepts a text that zod refuses. Checked on every day of DateTime's range and on arbitrary texts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import {
  LAST_SECOND,
  secondsOfBytes,
  secondsOfText,
} from '../../../../../src/domain/formats/json/timestamp.js';

const zod = z.iso.datetime({ local: true, offset: true });
const DAY = 86_400;

function fast(text: string): number {
  const bytes = Buffer.from(`9${text}9`);
  return secondsOfBytes(bytes, 1, bytes.length - 1);
}

test('every day from 1970 to 2106, and no other, has its number', () => {
  for (let seconds = 0; seconds <= LAST_SECOND; seconds += DAY) {
    const text = new Date(seconds * 1_000).toISOString().slice(0, 19);
    if (fast(text) !== seconds) expect(`${text}: ${fast(text)}`).toBe(`${text}: ${seconds}`);
  }
  for (let year = 1968; year <= 2107; year++) {
    for (let place = 0; place < 14 * 33; place++) {
      const month = String(Math.floor(place / 33)).padStart(2, '0');
      const text = `${year}-${month}-${String(place % 33).padStart(2, '0')}T00:00:00`;
      const isDay =
        zod.safeParse(text).success && year >= 1970 && secondsOfText(text) <= LAST_SECOND;
      if (fast(text) !== (isDay ? secondsOfText(text) : -1)) expect(text).toBe('right');
    }
  }
});

const digits = (length: number, most: number) =>
  fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(length, '0'));
const time = fc.tuple(digits(2, 25), digits(2, 61), digits(2, 61)).map((parts) => parts.join(':'));
const zone = fc.oneof(
  fc.constantFrom('', 'Z', 'z', '+05', ' Z', 'ZZ', '+00:00x'),
  fc
    .tuple(fc.constantFrom('+', '-', ' '), digits(2, 25), digits(2, 61))
    .map(([sign, h, m]) => `${sign}${h}:${m}`),
);
const fraction = fc.oneof(
  fc.constantFrom('', '.', ',1', '.1x'),
  fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }).map((list) => `.${list.join('')}`),
);
const texts = fc
  .tuple(fc.integer({ min: 1_968, max: 2_108 }), digits(2, 13), digits(2, 32), time, fraction, zone)
  .map(([year, month, day, ...rest]) => `${year}-${month}-${day}T${rest.join('')}`);

test('bytes and text agree wherever the fast parser answers', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const seconds = fast(text);
      if (seconds === -1) return;
      expect(zod.safeParse(text).success).toBe(true);
      expect(seconds).toBe(secondsOfText(text));
    }),
    { numRuns: 20_000 },
  );
});

test('common formats are answered by the fast parser', () => {
  for (const tail of ['', 'Z', '.5', '.123456Z', '+00:00', '-08:00', '.5+05:30']) {
    expect(fast(`2026-11-23T07:00:00${tail}`)).toBe(secondsOfText(`2026-11-23T07:00:00${tail}`));
  }
});

test('a text with one changed byte is accepted only if zod accepts it', () => {
  const base = '2026-11-23T07:00:00.5+05:30';
  for (let at = 0; at < base.length; at++) {
    for (let byte = 0; byte < 0x80; byte++) {
      const text = `${base.slice(0, at)}${String.fromCharCode(byte)}${base.slice(at + 1)}`;
      if (fast(text) >= 0 && !zod.safeParse(text).success) expect(text).toBe('refused');
      if (fast(text) >= 0 && fast(text) !== secondsOfText(text)) expect(text).toBe('equal');
    }
  }
});

test('text and JavaScript agree on every zone that zod accepts', () => {
  fc.assert(
    fc.property(texts, (text) => {
      if (!zod.safeParse(text).success) return;
      const [, date = '', clock = '', offset = 'Z'] =
        /^(.{10})T(\d\d:\d\d:\d\d)(?:\.\d+)?(.*)?$/.exec(text) ?? [];
      expect(secondsOfText(text)).toBe(Date.parse(`${date}T${clock}${offset || 'Z'}`) / 1_000);
    }),
  );
});
