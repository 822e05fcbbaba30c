import type { Buffer } from 'node:buffer';
import { readJson } from '../../domain/types/json-text/read-json.js';

/** Parses the event of a record without rounding integers. Null if the value is not a JSON object that can be read. */
export function readEvent(value: Buffer | null): Readonly<Record<string, unknown>> | null {
  if (value === null) return null;
  try {
    const event: unknown = JSON.parse(value.toString('utf8'));
    if (typeof event !== 'object' || event === null || Array.isArray(event)) return null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  try {
    const start = value.findIndex((byte) => byte > 0x20);
    return readJson(value, start) as Readonly<Record<string, unknown>>;
  } catch (error) {
    // Nested too deeply for the stack.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
