import { type Buffer, constants, isUtf8 } from 'node:buffer';
import {
  defaultOf,
  type EventContract,
  type ReceivedField,
  receivedFields,
} from '../../contract/event-contract.js';
import { schemaHeader } from '../schema-header.js';
import { locateValues, type ValueSpan } from './locate.js';
import type { Event, Row } from '../../contract/event-row.js';
import { createValidator } from './schema.js';
import { secondsOfText } from './timestamp.js';
import type { DeadLetterReason, DeadLetterStage } from '../../dead-letters/dead-letter.js';

/** Why a record becomes a dead letter. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly stage: DeadLetterStage;
  readonly reason: DeadLetterReason;
  /** The field at fault, or empty. */
  readonly path: string;
  /** Names the broken rule. It never quotes the record. */
  readonly error: string;
}

export type Decoded =
  | Rejection
  | {
      readonly kind: 'event';
      readonly event: Event;
      /** What is stored of it, without derived columns. */
      readonly row: Row;
    };

/** The longest JavaScript string in UTF-16 units. A byte of UTF-8 never makes more than one unit. */
const LONGEST_TEXT_BYTES = constants.MAX_STRING_LENGTH;

/**
 * Decodes the value of a record with JSON.parse and zod. Only this decoder rejects records. JSON.parse needs no stack for
 * nesting, so deep nesting is not an error.
 */
export function createEventDecoder(contract: EventContract): (value: Buffer | null) => Decoded {
  const validate = createValidator(contract);
  const fields = receivedFields(contract);
  const objects = fields.flatMap(({ kind, source }) => (kind === 'object' ? [source] : []));
  return (value) => {
    if (value === null) return undecodable('null_value', 'the record has no value: a tombstone');
    if (value.length > LONGEST_TEXT_BYTES) {
      return undecodable('invalid_json', `the value is longer than ${LONGEST_TEXT_BYTES} bytes`);
    }
    if (value.length === 0) return undecodable('invalid_json', 'the value is empty');
    if (!isUtf8(value)) {
      return undecodable('invalid_utf8', schemaHeader(value) ?? 'the value is not UTF-8');
    }
    const json = parseJson(value.toString('utf8'));
    if (json === undefined) {
      return undecodable('invalid_json', schemaHeader(value) ?? 'the value is not JSON');
    }
    const validated = validate(json);
    if (validated.kind === 'invalid') {
      return { kind: 'rejected', stage: 'validate', ...validated.fault };
    }
    const { event } = validated;
    const spans = locateValues(value, objects);
    const row = Object.fromEntries(
      fields.map((field) => [
        field.column,
        stored(field, event, textOf(value, spans.get(field.source))),
      ]),
    );
    return { kind: 'event', event, row };
  };
}

/** Undefined if the text is not JSON. No JSON text parses to undefined. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The text of an object exactly as it was sent, with its numbers, order of keys and spaces. */
function textOf(value: Buffer, span: ValueSpan | undefined): string | undefined {
  return span && value.toString('utf8', span.start, span.end);
}

function stored(
  field: ReceivedField,
  event: Event,
  objectText: string | undefined,
): string | number {
  switch (field.kind) {
    case 'text':
      return event[field.source] as string;
    case 'instant':
      return secondsOfText(event[field.source] as string);
    case 'object':
      return objectText ?? defaultOf(field) ?? '';
  }
}

function undecodable(reason: DeadLetterReason, error: string): Rejection {
  return { kind: 'rejected', stage: 'decode', reason, path: '', error };
}
