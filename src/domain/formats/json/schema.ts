import { isObject } from '../../is-object.js';
import { z } from 'zod';
import {
  type EventContract,
  type ReceivedField,
  receivedFields,
} from '../../contract/event-contract.js';
import type { Event, JsonObject } from '../../contract/event-row.js';
import { LAST_SECOND, secondsOfText } from './timestamp.js';
import type { DeadLetterReason } from '../../dead-letters/dead-letter.js';

/** What is wrong with a record. It never quotes the record. */
export interface Fault {
  readonly reason: DeadLetterReason;
  /** The field at fault, or empty. */
  readonly path: string;
  readonly error: string;
}

export type Validated =
  | { readonly kind: 'valid'; readonly event: Event }
  | { readonly kind: 'invalid'; readonly fault: Fault };

type Issue = z.core.$ZodIssue;

/** Follows a field's name in the error of a dead letter. */
const RULES: ReadonlyMap<DeadLetterReason, string> = new Map<DeadLetterReason, string>([
  ['missing_field', 'is required'],
  ['empty_string', 'must not be empty'],
  ['invalid_utf8', "contains an unpaired surrogate, which UTF-8 can't encode"],
  ['bad_timestamp', 'must be an ISO 8601 date and time, for example 2026-11-23T07:00:00Z'],
  ['timestamp_out_of_range', 'must lie between 1970-01-01T00:00:00Z and 2106-02-07T06:28:15Z'],
]);

/** The reference for what an event is. Takes the result of JSON.parse. The first field at fault determines the reason. */
export function createValidator(contract: EventContract): (value: unknown) => Validated {
  const fields = receivedFields(contract);
  const schema = z.object(
    Object.fromEntries(fields.map((field) => [field.source, schemaOf(field)])),
  );
  return (value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { kind: 'valid', event: parsed.data as Event };
    const [issue] = parsed.error.issues;
    const field = fields.find(({ source }) => source === issue?.path[0]);
    return { kind: 'invalid', fault: faultOf(value, field, issue) };
  };
}

function schemaOf(field: ReceivedField): z.ZodType {
  switch (field.kind) {
    case 'text': {
      // UTF-8 can't encode an unpaired surrogate, so it would be stored as another character.
      const text = z
        .string()
        .min(1)
        .refine((value) => !/\p{Surrogate}/u.test(value), because('invalid_utf8'));
      return field.default === undefined ? text : text.default(field.default);
    }
    case 'instant':
      return z.iso
        .datetime({ local: true, offset: true })
        .refine((text) => isStorable(secondsOfText(text)), because('timestamp_out_of_range'));
    case 'object': {
      const object = z.custom<JsonObject>(isObject);
      return field.default === undefined ? object : object.default({});
    }
  }
}

/** The reason of a refinement, passed on in its issue. */
interface Because {
  readonly reason?: DeadLetterReason;
}

function because(reason: DeadLetterReason): { readonly params: Because & Record<string, unknown> } {
  return { params: { reason } };
}

function faultOf(
  value: unknown,
  field: ReceivedField | undefined,
  issue: Issue | undefined,
): Fault {
  if (field === undefined) {
    return { reason: 'wrong_type', path: '', error: 'the value must be a JSON object' };
  }
  const reason = reasonOf(value, field, issue);
  return { reason, path: field.source, error: `${field.source} ${ruleOf(reason, field)}` };
}

function reasonOf(
  value: unknown,
  field: ReceivedField,
  issue: Issue | undefined,
): DeadLetterReason {
  if (!Object.hasOwn(value as object, field.source)) return 'missing_field';
  if (issue?.code === 'too_small') return 'empty_string';
  if (issue?.code === 'invalid_format') return 'bad_timestamp';
  const because = issue?.code === 'custom' ? (issue.params as Because | undefined) : undefined;
  return because?.reason ?? 'wrong_type';
}

function ruleOf(reason: DeadLetterReason, { kind }: ReceivedField): string {
  const rule = kind === 'object' ? 'must be an object' : 'must be a string';
  return RULES.get(reason) ?? rule;
}

function isStorable(seconds: number): boolean {
  return seconds >= 0 && seconds <= LAST_SECOND;
}
