import type { DeadLetterReason } from '../../src/domain/dead-letters/dead-letter.js';

/** In Markdown, for the reference. */
export const DEAD_LETTER_MEANINGS: Readonly<Record<DeadLetterReason, string>> = {
  null_value:
    'The record has no value (a tombstone), or a field is `null` and its column is not Nullable.',
  invalid_utf8: 'The value, or a string in it, is not UTF-8.',
  invalid_json: 'The value is not JSON.',
  missing_field: 'A required field is missing.',
  wrong_type: 'A field has a JSON type that its column does not accept.',
  empty_string: 'A string must not be empty.',
  bad_timestamp: 'A string is not a date and time in ISO 8601 or RFC 3339.',
  timestamp_out_of_range: 'A date and time is out of the range of its column.',
  out_of_range: 'A number or a date is outside the range of its column.',
  not_whole: 'A number has a fraction, but its column stores whole numbers.',
  too_precise: 'A decimal has more digits after the point than its column. It is never rounded.',
  bad_date: 'A string is not a date of the form `YYYY-MM-DD`.',
  bad_time: 'A string is not a time of the form `HH:MM:SS`.',
  bad_uuid: 'A string is not a UUID.',
  bad_ip: 'A string is not an IP address.',
  bad_encoding: 'A string is not in the encoding that `read` names, for example base64.',
  unknown_name: 'A string is not one of the names of its Enum.',
  too_long: 'A string has more bytes than its FixedString.',
  not_storable_json: "ClickHouse's JSON type cannot store the object.",
  rejected_by_validation: 'The `validate` of the contract rejected the event.',
  rejected_by_transform:
    'The transform of the contract rejected the event, threw an error, or returned a value that does not fit its column.',
  refused_by_table:
    'ClickHouse refused the row, for example because of a constraint. `error` has its number and name.',
  skipped: 'Not a record: a range of offsets that was skipped by a recorded decision.',
};
