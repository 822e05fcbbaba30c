import type { Buffer } from 'node:buffer';

/** Of Confluent's wire format: a zero, and the schema's id in four bytes. */
const SCHEMA_HEADER_BYTES = 5;

/** A registry counts from 1. A number beyond this is no id but content, which nobody may quote. */
const MAX_SCHEMA_ID = 10_000_000;

/** The id of the schema that a record was written by, as text; empty where its value does not start with one. */
export function schemaIdOf(value: Buffer | null): string {
  if (value === null || value.length < SCHEMA_HEADER_BYTES || value[0] !== 0) return '';
  const id = value.readUInt32BE(1);
  return id < 1 || id > MAX_SCHEMA_ID ? '' : String(id);
}

/**
 * Serializers that use a schema registry put a header before JSON as well, and JSON never begins with a zero byte. Gives
 * a sentence for the dead letter; null where there is no such header.
 */
export function schemaHeader(value: Buffer): string | null {
  const id = schemaIdOf(value);
  if (id === '') return null;
  return `the value starts with a schema registry header (schema id ${id}): the contract reads plain JSON, without a header, so let the producer use a JSON serializer without a schema registry`;
}
