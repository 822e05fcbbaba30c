import type { Settings } from './client.js';

/** A profile's limits may end an answer early without an error, and rows that nobody saw would be sent again. */
export const WHOLE_ANSWER: Settings = {
  limit: 0,
  offset: 0,
  max_result_rows: 0,
  max_result_bytes: 0,
  result_overflow_mode: 'throw',
  max_rows_to_read: 0,
  max_bytes_to_read: 0,
  read_overflow_mode: 'throw',
  timeout_overflow_mode: 'throw',
};
