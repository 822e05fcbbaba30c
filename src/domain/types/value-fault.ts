/** Given instead of a position by what could not append a value; the fault says why. */
export const FAULT = -1;

/** Why a value can't be stored in its column. Each stands in dead letters as it is. */
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
 * around it puts its own part of the path in front, so that `items[2].qty` comes about without a cost to good values.
 */
export class ValueFault {
  reason: ValueReason = 'wrong_type';
  /** The rule that was broken, as the end of a sentence: "must be a UUID". Quotes nothing of the value. */
  rule = '';
  /** From the column's value to the one at fault: `[2].qty`; empty where the value itself is. */
  path = '';
  /** After `null_value`: what else than null the value must be. */
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

  /** Where the value at fault stands in the one around it. */
  within(place: string): typeof FAULT {
    this.path = place + this.path;
    return FAULT;
  }
}
