import type { Buffer } from 'node:buffer';

/** Header of Confluent's wire format: a zero byte, and the schema's id in four bytes. */
const SCHEMA_HEADER_BYTES = 5;

/** A registry counts from 1. A larger number is not an id but content, which must not be quoted. */
const MAX_SCHEMA_ID = 10_000_000;

/** The id of the schema in the header of a record's value, as text. Empty if the value has no such header. */
export function schemaIdOf(value: Buffer | null): string {
  if (value === null || value.length < SCHEMA_HEADER_BYTES || value[0] !== 0) return '';
  const id = value.readUInt32BE(1);
  return id < 1 || id > MAX_SCHEMA_ID ? '' : String(id);
}

/**
 * Serializers for a schema registry write a header before JSON too, and JSON never begins with a zero byte. Returns a
 * sentence for the dead letter, or null if there is no such header.
 */
export function schemaHeader(value: Buffer): string | null {
  const id = schemaIdOf(value);
  if (id === '') return null;
  return `the value starts with a schema registry header (schema id ${id}): the contract reads plain JSON without a header. Configure the producer with a JSON serializer that does not use a schema registry`;
}
