// Promise: the text of a dead letter says what is wrong in a way that a person can act on, and quotes nothing of the record.
import { expect, test } from 'vitest';
import { specOf } from '../../../../../src/domain/contract/contract-options.js';
import type { Columns } from '../../../../../src/domain/contract/contract-options.js';
import { JsonReader } from '../../../../../src/domain/formats/json/json-reader.js';
import { runOf } from '../../../../support/json-run.js';

const readerOf = (columns: Columns) => new JsonReader(specOf({ name: 'test', columns }));

function read(reader: JsonReader, value: string): string {
  reader.writer.clear();
  const outcome = reader.read(runOf([value]), 0);
  const { stage, reason, path, error } = reader.rejection;
  return outcome === 'rejected' ? `${stage} ${reason} ${path}: ${error}` : outcome;
}

test('a missing field whose object is null says so', () => {
  const reader = readerOf({ id: { type: 'String', path: 'a.courier.id' } });
  expect(read(reader, '{"a":{"courier":null}}')).toBe(
    'validate missing_field a.courier.id: a.courier.id is required, but a.courier is null',
  );
  expect(read(reader, '{"a":null}')).toBe(
    'validate missing_field a.courier.id: a.courier.id is required, but a is null',
  );
  expect(read(reader, '{"a":{"courier":{}}}')).toBe(
    'validate missing_field a.courier.id: a.courier.id is required',
  );
});

test('the text for a wrong Decimal or Enum states the rule that the value breaks', () => {
  const many = Array.from({ length: 11 }, (_, at) => `'n${at}' = ${at}`).join(', ');
  const reader = readerOf({ fee: 'Decimal(8, 2)', how: "Enum8('bike' = 1, 'car' = 2)" });
  expect(read(reader, '{"fee":"free","how":"car"}')).toBe(
    'validate wrong_type fee: fee must be a number, or a string of one',
  );
  expect(read(reader, '{"fee":12345678,"how":"car"}')).toBe(
    'validate out_of_range fee: fee must have at most 6 digits before the point',
  );
  expect(read(reader, '{"fee":1,"how":"foot"}')).toBe(
    "validate unknown_name how: how must be one of the names of the Enum: 'bike', 'car'",
  );
  expect(read(readerOf({ how: `Enum8(${many})` }), '{"how":"foot"}')).toBe(
    'validate unknown_name how: how must be one of the names of the Enum',
  );
});
