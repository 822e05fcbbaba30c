import fc from 'fast-check';
import type { ValueReason } from '../../../src/domain/types/value-fault.js';

/** A JSON value for a column of some type, and the expected result. */
export interface ValueCase {
  readonly json: string;
  /** Why it must be rejected. Null if it must be stored. */
  readonly fault: ValueReason | null;
  /** The path from the column's value to the one at fault. */
  readonly path: string;
}

/** A type, and values for it with their expected results: an oracle that reads no JSON. */
export interface TypeCase {
  readonly text: string;
  readonly values: fc.Arbitrary<ValueCase>;
  /** A field may be missing. */
  readonly isNullable: boolean;
  readonly canBeNullable: boolean;
  readonly canBeLowCardinality: boolean;
  /** Different texts that are different keys of a Map. Null if its values cannot be keys here. */
  readonly keys: fc.Arbitrary<string> | null;
}

export const good = (json: string): ValueCase => ({ json, fault: null, path: '' });
export const bad = (fault: ValueReason, json: string): ValueCase => ({ json, fault, path: '' });

/** Mostly values that must be stored, because one invalid value makes a whole container invalid. */
export function mostly(
  goods: fc.Arbitrary<string>,
  ...bads: readonly (readonly [ValueReason, fc.Arbitrary<string>])[]
): fc.Arbitrary<ValueCase> {
  return fc.oneof(
    { weight: 40, arbitrary: goods.map(good) },
    { weight: 1, arbitrary: fc.constant(bad('null_value', 'null')) },
    ...bads.map(([reason, arbitrary]) => ({
      weight: 1,
      arbitrary: arbitrary.map((json) => bad(reason, json)),
    })),
  );
}

export const quoted = (text: string): string => JSON.stringify(text);

/** JSON values that no scalar except String and Bool accepts. */
export const notScalar = fc.constantFrom('true', '[]', '{}', '[1]', '{"a":null}');

export const scalar = {
  isNullable: false,
  canBeNullable: true,
  canBeLowCardinality: true,
} as const;

const number = fc.constantFrom('1', '1.5', '-3e4');
/** For types that are written as strings. */
export const wrongType = ['wrong_type', fc.oneof(notScalar, number)] as const;
