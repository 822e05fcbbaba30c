export type DeadLetterStatus = (typeof DEAD_LETTER_STATUSES)[number];

/** The step at which a record was rejected. */
export type DeadLetterStage = (typeof DEAD_LETTER_STAGES)[number];

/** Why a record was rejected. `docs/reference/errors.md` explains each reason. */
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** Number of dead letters by reason. Reasons without dead letters are left out. */
export type DeadLetterCounts = Readonly<Partial<Record<DeadLetterReason, number>>>;

/**
 * `redriven`: the row is in the table. `dropped`: a person decided that there will be no row. Only `open` ones are still
 * pending.
 */
export const DEAD_LETTER_STATUSES = ['open', 'redriven', 'dropped'] as const;

/** The step at which a record was rejected. */
export const DEAD_LETTER_STAGES = ['decode', 'validate', 'transform', 'insert', 'skip'] as const;

/** Why a record was rejected. */
export const DEAD_LETTER_REASONS = [
  'null_value',
  'invalid_utf8',
  'invalid_json',
  'missing_field',
  'wrong_type',
  'empty_string',
  'bad_timestamp',
  'timestamp_out_of_range',
  'out_of_range',
  'not_whole',
  'too_precise',
  'bad_date',
  'bad_time',
  'bad_uuid',
  'bad_ip',
  'bad_encoding',
  'unknown_name',
  'too_long',
  'not_storable_json',
  'rejected_by_validation',
  'rejected_by_transform',
  'refused_by_table',
  'skipped',
] as const;
