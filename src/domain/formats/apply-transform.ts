import type { EventContract, ContractField } from '../contract/event-contract.js';
import type { Rejection } from './json/decode.js';
import type { Event, Row } from '../contract/event-row.js';
import { LAST_SECOND } from './json/timestamp.js';
import { type Verdict, verdictOf } from '../contract/verdict.js';

export type AnyTransform = (event: Event, row: Row) => Row | Verdict;

export type Transformed =
  { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'filtered' } | Rejection;

/** Longest reason, because every dead letter stores it. */
const MAX_WHY_LENGTH = 200;

/** Runs the transform and checks its result. A row that can't be stored is a fault of the transform. */
export function applyTransform(
  transform: AnyTransform,
  { fields }: EventContract,
  { event, row }: { readonly event: Event; readonly row: Row },
): Transformed {
  let returned: unknown;
  try {
    returned = transform(event, row);
  } catch (error) {
    return rejection('', `the transform threw ${nameOf(error)}`);
  }
  if (typeof returned !== 'object' || returned === null) {
    return rejection('', 'the transform returned neither a row nor a verdict');
  }
  switch (verdictOf(returned)) {
    case 'filtered':
      return { kind: 'filtered' };
    case 'rejected':
      return rejection('', String((returned as { why?: unknown }).why).slice(0, MAX_WHY_LENGTH));
    case 'row': {
      const made = returned as Row;
      const wrong = fields.find((field) => !fits(field, made[field.column]));
      if (wrong === undefined) return { kind: 'row', row: made };
      return rejection(
        wrong.column,
        `the transform must return ${wrong.column} as ${typeOf(wrong)}`,
      );
    }
  }
}

function fits({ type }: ContractField, value: unknown): boolean {
  if (type === 'String') return typeof value === 'string' && !/\p{Surrogate}/u.test(value);
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LAST_SECOND;
}

function typeOf({ type }: ContractField): string {
  if (type === 'String') return 'a string without unpaired surrogates';
  return `a whole number from 0 to ${LAST_SECOND}`;
}

/** An error's message may quote the event. Its name does not, unless somebody set it that way. */
function nameOf(error: unknown): string {
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : 'something';
}

function rejection(path: string, error: string): Rejection {
  return { kind: 'rejected', stage: 'transform', reason: 'rejected_by_transform', path, error };
}
