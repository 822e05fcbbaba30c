// Promise: a column that selects another value format with `read` accepts that one, exactly, and otherwise says what is wrong.
import { expect, test } from 'vitest';
import { columnTypeOf } from '../../../../src/domain/types/create-column-type.js';
import { FAULT, ValueFault } from '../../../../src/domain/types/value-fault.js';
import type { ReadVariant } from '../../../../src/domain/types/value-rule.js';

function read(type: string, variant: ReadVariant, json: string): unknown {
  const fault = new ValueFault();
  const writer = columnTypeOf(type).createWriter({ fault, read: variant });
  const bytes = Buffer.from(json);
  writer.mark();
  const end = writer.appendJson(bytes, 0);
  if (end === FAULT) return `${fault.reason}${fault.path}`;
  expect(end).toBe(bytes.length);
  return writer.recent(1)[0];
}

test.each<[string, ReadVariant, string, unknown]>([
  ['DateTime', 'epoch-s', '1700000000', '2023-11-14T22:13:20Z'],
  ['DateTime', 'epoch-s', '"1700000000"', '2023-11-14T22:13:20Z'],
  ['DateTime', 'epoch-s', '1.7e9', '2023-11-14T22:13:20Z'],
  ['DateTime', 'epoch-s', '1700000000.999', '2023-11-14T22:13:20Z'],
  ['DateTime', 'epoch-ms', '1700000000999', '2023-11-14T22:13:20Z'],
  ['DateTime', 'epoch-ms', '0', '1970-01-01T00:00:00Z'],
  ['DateTime', 'epoch-ms', '7', '1970-01-01T00:00:00Z'],
  ['DateTime', 'epoch-s', '4294967296', 'timestamp_out_of_range'],
  ['DateTime', 'epoch-s', '-1', 'timestamp_out_of_range'],
  ['DateTime', 'epoch-ms', '-0.0001', 'timestamp_out_of_range'],
  ['DateTime', 'epoch-s', '1e300', 'timestamp_out_of_range'],
  ['DateTime', 'epoch-s', '"2024-01-01T00:00:00Z"', 'wrong_type'],
  ['DateTime', 'epoch-s', 'true', 'wrong_type'],
  ['DateTime', 'epoch-s', 'null', 'null_value'],
  ["DateTime64(3, 'UTC')", 'epoch-s', '1700000000.1239', '2023-11-14T22:13:20.123Z'],
  ["DateTime64(3, 'UTC')", 'epoch-us', '1700000000123999', '2023-11-14T22:13:20.123Z'],
  ["DateTime64(6, 'UTC')", 'epoch-ms', '-1.5', '1969-12-31T23:59:59.998500Z'],
  ["DateTime64(3, 'UTC')", 'epoch-us', '-1', '1969-12-31T23:59:59.999Z'],
  ["DateTime64(9, 'UTC')", 'epoch-ns', '1700000000123456789', '2023-11-14T22:13:20.123456789Z'],
  ["DateTime64(9, 'UTC')", 'epoch-ns', '"-2208988800000000000"', '1900-01-01T00:00:00.000000000Z'],
  ["DateTime64(9, 'UTC')", 'epoch-ns', '-2208988800000000001', 'timestamp_out_of_range'],
  ['Nullable(DateTime)', 'epoch-s', 'null', null],
  ['Array(DateTime)', 'epoch-s', '[0,1]', ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01Z']],
  [
    'Tuple(a DateTime, b String)',
    'epoch-s',
    '{"a":0,"b":"x"}',
    { a: '1970-01-01T00:00:00Z', b: 'x' },
  ],
  ['Map(String, DateTime)', 'epoch-s', '{"k":"x"}', 'wrong_type[0]'],
  ['Date', 'epoch-days', '19723', '2024-01-01'],
  ['Date32', 'epoch-days', '-1', '1969-12-31'],
  ['Date', 'epoch-days', '65536', 'out_of_range'],
  ['Date', 'epoch-days', '1.5', 'not_whole'],
  ['String', 'json', '{ "a" : [1, 2.50] }', '{ "a" : [1, 2.50] }'],
  ['String', 'json', '"x"', '"x"'],
  ['Nullable(String)', 'json', 'null', null],
  ['String', 'base64', '"aGk="', 'hi'],
  ['String', 'base64', '"aGk"', 'hi'],
  ['String', 'base64', '"_-8"', Buffer.from([0xff, 0xef]).toString('utf8')],
  ['String', 'base64', '"aGk=="', 'bad_encoding'],
  ['String', 'base64', '"aGl"', 'bad_encoding'],
  ['String', 'base64', '"a b"', 'bad_encoding'],
  ['String', 'hex', '"6869"', 'hi'],
  ['String', 'hex', '"686"', 'bad_encoding'],
  ['FixedString(2)', 'hex', '"686970"', 'too_long'],
  ['LowCardinality(String)', 'hex', '"6869"', 'hi'],
  ["Enum8('a' = 1, 'b' = -2)", 'number', '-2', 'b'],
  ["Enum8('a' = 1)", 'number', '3', 'unknown_name'],
  ["Enum8('a' = 1)", 'number', '1.5', 'unknown_name'],
  ['Bool', '0-1', '1', true],
  ['Bool', '0-1', '0', false],
  ['Bool', '0-1', 'true', true],
  ['Bool', '0-1', '10', 'wrong_type'],
  ['Bool', '0-1', '1.0', 'wrong_type'],
  ['Float64', 'with-nan', '"NaN"', NaN],
  ['Float64', 'with-nan', '"-Infinity"', -Infinity],
  ['Float64', 'with-nan', '"nan"', 'wrong_type'],
  ['Float32', 'with-nan', '1e39', 'out_of_range'],
])('%s read as %s converts %s to %o', (type, variant, json, expected) => {
  expect(read(type, variant, json)).toEqual(expected);
});

test('a number with a huge exponent is judged quickly', () => {
  const before = process.cpuUsage();
  for (let count = 0; count < 20; count++) {
    expect(read('DateTime', 'epoch-ms', '1e-999999999')).toBe('1970-01-01T00:00:00Z');
    expect(read('DateTime', 'epoch-ms', '1e999999999')).toBe('timestamp_out_of_range');
  }
  const { user } = process.cpuUsage(before);
  // A step for each zero would take some twenty seconds.
  expect(user).toBeLessThan(5_000_000);
});

test('a JavaScript value is read as in any other column', () => {
  const writer = columnTypeOf('DateTime').createWriter({
    fault: new ValueFault(),
    read: 'epoch-s',
  });
  writer.mark();
  expect(writer.appendValue('2024-01-01T00:00:00Z')).not.toBe(FAULT);
  expect(writer.recent(1)).toEqual(['2024-01-01T00:00:00Z']);
});
