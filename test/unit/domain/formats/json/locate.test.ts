// Promise: the value located under a name is the one that JSON.parse finds, however its key is written, however deep it is
// nested and however often it is repeated. Checked by parsing the located text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locateValues } from '../../../../../src/domain/formats/json/locate.js';

function located(json: string, name: string): string | undefined {
  const bytes = Buffer.from(json);
  const span = locateValues(bytes, ['other', name]).get(name);
  return span && bytes.toString('utf8', span.start, span.end);
}

test('every member of an arbitrary object is found, whatever whitespace is around it', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
      fc.constantFrom('', ' ', '\n\t'),
      (object, space) => {
        const json = space + JSON.stringify(object, null, space) + space;
        const parsed = JSON.parse(json) as Record<string, unknown>;
        for (const name of Object.keys(parsed)) {
          const text = located(json, name);
          expect(text === undefined ? text : JSON.parse(text)).toEqual(parsed[name]);
        }
      },
    ),
  );
});

test('the last of equal keys is found, even if it is written with escapes', () => {
  expect(located('{"a":1,"a":{"a":2}}', 'a')).toBe('{"a":2}');
  expect(located('{"a":1,"\\u0061" : [ 2 ] }', 'a')).toBe('[ 2 ]');
  expect(located('{"\\u0061":1,"a":2}', 'a')).toBe('2');
  expect(located('{"\\"":{"a":1},"a\\\\":2}', 'a')).toBe(undefined);
});

test('brackets and quotes in strings end nothing', () => {
  expect(located('{"x":"}\\"]","a":{"b":"}{[\\\\"},"y":0}', 'a')).toBe('{"b":"}{[\\\\"}');
});

test('an empty object contains nothing', () => {
  expect(located(' { } ', 'a')).toBe(undefined);
});
