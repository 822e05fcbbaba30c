import fc from 'fast-check';
import type { ValueReason } from '../../../src/domain/types/value-fault.js';

/** A JSON value for a column of some type, and what has to become of it. */
export interface ValueCase {
  readonly json: string;
  /** Why it has to be rejected; null where it has to be stored. */
  readonly fault: ValueReason | null;
  /** From the column's value to the one at fault. */
  readonly path: string;
}

/** A type, and values for it that know what has to become of them: an oracle that reads no JSON. */
export interface TypeCase {
  readonly text: string;
  readonly values: fc.Arbitrary<ValueCase>;
  /** A field may be missing. */
  readonly isNullable: boolean;
  readonly canBeNullable: boolean;
  readonly canBeLowCardinality: boolean;
  /** Different texts that are different keys of a Map; null where its values are no keys here. */
  readonly keys: fc.Arbitrary<string> | null;
}

export const good = (json: string): ValueCase => ({ json, fault: null, path: '' });
export const bad = (fault: ValueReason, json: string): ValueCase => ({ json, fault, path: '' });

/** Mostly values that have to be stored: in a container of many a single bad one spoils it all. */
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

/** JSON values that no scalar but String and Bool takes. */
export const notScalar = fc.constantFrom('true', '[]', '{}', '[1]', '{"a":null}');

export const scalar = {
  isNullable: false,
  canBeNullable: true,
  canBeLowCardinality: true,
} as const;

const number = fc.constantFrom('1', '1.5', '-3e4');
/** For types that are spelt as texts. */
export const wrongType = ['wrong_type', fc.oneof(notScalar, number)] as const;
