// Promise: the grammar over bytes is exact and stays within its bounds: it accepts as text what Node accepts as UTF-8, as JSON
// what JSON.parse accepts, and reads nothing past the given end. Checked exhaustively on characters and on every truncation of a
// text, and with arbitrary texts.
import fc from 'fast-check';
import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { EVENT_CONTRACT } from '../../../../../src/domain/contract/event-contract.js';
import { MAX_DEPTH, skipSpace, skipValue } from '../../../../../src/domain/formats/json/grammar.js';
import { NOT_JSON, skipPlain } from '../../../../../src/domain/types/json-text/strings.js';
import { createScanner } from '../../../../../src/domain/formats/json/scanner.js';
import { jsonTexts } from './event-texts.js';

const EVENT =
  '{"event_id":"é","timestamp":"2026-11-23T07:00:00.5+01:00","event_type":"😀","payload":{"a":1}}';
const numRuns = Number(process.env['MILLRACE_FUZZ_CASES'] ?? 50_000);
/** At and around every boundary between the kinds of UTF-8 bytes. */
const BORDERS = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff];

function assertAsNode(...bytes: number[]): void {
  const buffer = Buffer.of(...bytes);
  const isPlain = skipPlain(buffer, 0, buffer.length) === buffer.length;
  if (isPlain !== isUtf8(buffer)) expect(`${buffer.toString('hex')} ${isPlain}`).toBe('as Node');
}

test('every character beyond ASCII is judged as Node judges it', () => {
  for (let lead = 0x80; lead <= 0xff; lead++) {
    assertAsNode(lead);
    for (let second = 0x80; second <= 0xff; second++) {
      assertAsNode(lead, second);
      for (const third of BORDERS) {
        assertAsNode(lead, second, third);
        for (const fourth of BORDERS) assertAsNode(lead, second, third, fourth);
      }
    }
  }
});

test('an ASCII byte is plain exactly if JSON.parse accepts it unescaped in a string', () => {
  for (let byte = 0; byte < 0x80; byte++) {
    const isPlain = skipPlain(Buffer.of(byte), 0, 1) === 1;
    expect(isPlain).toBe(parses(Buffer.of(0x22, byte, 0x22)));
  }
});

test('a text truncated anywhere is not JSON, even if the next bytes would complete it', () => {
  const text = '{"a\\u00e9\\n":[true,false,null,-1.5e+10,"é日😀\\ud83d\\ude00",{},[]],"b":{"c":0}}';
  const bytes = Buffer.from(text);
  expect(skipValue(bytes, 0, bytes.length)).toBe(bytes.length);
  for (let end = 0; end < bytes.length; end++) expect(skipValue(bytes, 0, end)).toBe(NOT_JSON);
});

test('nothing is read past the end, wherever a text is truncated', () => {
  const texts = ['"é日😀', '"\\u00e9', 'true', '-1.5e+10', '{"a":[1]}', EVENT];
  const scanner = createScanner(EVENT_CONTRACT);
  for (const text of texts) {
    const bytes = Buffer.from(text);
    for (let end = 0; end < bytes.length; end++) {
      let furthest = -1;
      const watched = new Proxy<Uint8Array>(bytes, {
        get(target, index) {
          furthest = Math.max(furthest, Number(index));
          return target[Number(index)];
        },
      });
      skipValue(watched, 0, end);
      scanner.scan(watched, 0, end);
      expect(furthest).toBeLessThan(end);
    }
  }
});

test('each kind of value is recognised alone, and when truncated', () => {
  for (const text of ['true', 'false', 'null', '"é"', '"\\u00e9"', '"\\n"', '1.5', '-1', '1e5']) {
    const bytes = Buffer.from(`${text}${text}`);
    const { length } = Buffer.from(text);
    expect(skipValue(bytes, 0, length)).toBe(length);
    for (let end = 1; end < length; end++) {
      const isWhole = skipValue(bytes, 0, end) === end;
      expect(isWhole).toBe(parses(bytes.subarray(0, end)));
    }
  }
});

test('arbitrary texts are JSON if JSON.parse says so, up to the supported depth', () => {
  fc.assert(
    fc.property(jsonTexts, (bytes) => {
      const start = skipSpace(bytes, 0, bytes.length);
      const end = skipValue(bytes, start, bytes.length);
      const isWhole = end >= 0 && skipSpace(bytes, end, bytes.length) === bytes.length;
      const depth = depthOf(bytes);
      // One level deeper, only an empty container is judged, because it is never open.
      if (depth === MAX_DEPTH + 1) expect(isWhole && !parses(bytes)).toBe(false);
      else expect(isWhole).toBe(parses(bytes) && depth <= MAX_DEPTH);
    }),
    { numRuns },
  );
}, 3_600_000);

function parses(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString());
    return isUtf8(bytes);
  } catch {
    return false;
  }
}

/** Deepest nesting, brackets in strings left out. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  const outside = bytes.toString('latin1').replaceAll(/"(?:[^"\\]|\\.)*"/gs, '');
  for (const byte of Buffer.from(outside)) {
    if (byte === 0x7b || byte === 0x5b) depth += 1;
    if (byte === 0x7d || byte === 0x5d) depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
