/** Returned instead of a position when a value could not be appended. The fault says why. */
export const FAULT = -1;

/** Why a value can't be stored in its column. Dead letters carry these reasons unchanged. */
export const VALUE_REASONS = [
  'missing_field',
  'null_value',
  'wrong_type',
  'empty_string',
  'out_of_range',
  'not_whole',
  'too_precise',
  'bad_timestamp',
  'timestamp_out_of_range',
  'bad_date',
  'bad_time',
  'bad_uuid',
  'bad_ip',
  'bad_encoding',
  'unknown_name',
  'invalid_utf8',
  'too_long',
  'not_storable_json',
] as const;

/** Why a value can't be stored in its column. */
export type ValueReason = (typeof VALUE_REASONS)[number];

/**
 * The last fault of the columns that share it. A value that can't be appended leaves its reason here, and each container
 * around it prepends its own part of the path. So a path such as `items[2].qty` costs nothing for valid values.
 */
export class ValueFault {
  reason: ValueReason = 'wrong_type';
  /** The broken rule as the end of a sentence: "must be a UUID". It never quotes the value. */
  rule = '';
  /** Path from the column's value to the faulty one, such as `[2].qty`. Empty if it is the value itself. */
  path = '';
  /** After `null_value`: what the value must be other than null. */
  ruleWithoutNull = '';

  raise(reason: ValueReason, rule: string): typeof FAULT {
    this.reason = reason;
    this.rule = rule;
    this.path = '';
    return FAULT;
  }

  raiseNull(ruleWithoutNull: string): typeof FAULT {
    this.ruleWithoutNull = ruleWithoutNull;
    return this.raise('null_value', 'must not be null');
  }

  /** Prepends the place of the faulty value in its container. */
  within(place: string): typeof FAULT {
    this.path = place + this.path;
    return FAULT;
  }
}
