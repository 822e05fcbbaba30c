import type { Buffer } from 'node:buffer';
import { JSON_INSERT_SETTINGS } from '../../../src/domain/types/json.js';

/** Queries ClickHouse, with a body for an INSERT. Returns the answer, or throws the server's error. */
export type Ask = (sql: string, body?: Buffer) => Promise<string>;

/** Makes ClickHouse read JSON like Millrace as far as possible, and refuse single rows instead of all. */
const SETTINGS: Readonly<Record<string, string | number>> = {
  ...JSON_INSERT_SETTINGS,
  type_json_skip_duplicated_paths: 0,
  json_type_escape_dots_in_keys: 0,
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  enable_time_time64_type: 1,
  allow_suspicious_low_cardinality_types: 1,
  async_insert: 0,
  input_format_native_allow_types_conversion: 1,
  input_format_allow_errors_num: 1_000_000,
  input_format_parallel_parsing: 0,
};

export function askAt(url: string, more: typeof SETTINGS = {}): Ask {
  const { origin, username, password } = new URL(url);
  const settings = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...SETTINGS, ...more })) {
    settings.set(name, String(value));
  }
  return async (sql, body) => {
    const query = body === undefined ? '' : `&query=${encodeURIComponent(sql)}`;
    const response = await fetch(`${origin}/?${settings.toString()}${query}`, {
      method: 'POST',
      body: body === undefined ? sql : new Uint8Array(body),
      headers: {
        'X-ClickHouse-User': decodeURIComponent(username) || 'default',
        'X-ClickHouse-Key': decodeURIComponent(password),
      },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(text.slice(0, 500));
    return text;
  };
}
