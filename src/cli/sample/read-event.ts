import type { Buffer } from 'node:buffer';
import { readJson } from '../../domain/types/json-text/read-json.js';

/** The event of a record, without rounding an integer; null where the value is no JSON object that can be looked into. */
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
    // Nested more deeply than the stack reaches.
    if (error instanceof RangeError) return null;
    throw error;
  }
}
