import { LINEAGE_COLUMNS } from '../records/lineage.js';
import type { ExpectedColumn } from '../table/drift.js';

/** A non-empty string without lone surrogates. */
export interface TextField {
  readonly kind: 'text';
  readonly column: string;
  readonly type: 'String';
  /** Name of the field in the event. */
  readonly source: string;
  /** Stored where the event lacks the field; without it the field is required. */
  readonly default?: string;
}

/** An ISO 8601 date and time, UTC where it names no zone; stored as whole seconds. */
export interface InstantField {
  readonly kind: 'instant';
  readonly column: string;
  readonly type: 'DateTime';
  readonly source: string;
}

/** A JSON object, stored as the very text that was sent. */
export interface ObjectField {
  readonly kind: 'object';
  readonly column: string;
  readonly type: 'String';
  readonly source: string;
  /** JSON text, stored where the event lacks the field; without it the field is required. */
  readonly default?: '{}';
}

/** A column that no field of the event fills: the transform gives its value. */
export interface DerivedField {
  readonly kind: 'derived';
  readonly column: string;
  readonly type: 'String' | 'DateTime' | 'UInt32';
}

export type ReceivedField = TextField | InstantField | ObjectField;
export type ContractField = ReceivedField | DerivedField;

/** What an event must be, and what becomes of it in ClickHouse: the one declaration that everything else follows. */
export interface EventContract {
  /** In the order of the table's columns. The first field at fault, in this order, is the reason for a rejection. */
  readonly fields: readonly ContractField[];
  /** Column of the instant by which the table is partitioned. */
  readonly eventTime: string;
  /** Columns that the server fills. */
  readonly server: readonly {
    readonly column: string;
    readonly type: string;
    readonly default: string;
  }[];
}

/** The product's events. To store one more field of them, add a line to `fields`. */
export const EVENT_CONTRACT = {
  fields: [
    { column: 'event_id', type: 'String', source: 'event_id', kind: 'text' },
    { column: 'event_type', type: 'String', source: 'event_type', kind: 'text' },
    { column: 'timestamp', type: 'DateTime', source: 'timestamp', kind: 'instant' },
    { column: 'payload', type: 'String', source: 'payload', kind: 'object' },
    { column: 'source', type: 'String', source: 'source', kind: 'text' },
    { column: 'metadata', type: 'String', source: 'metadata', kind: 'object', default: '{}' },
  ],
  eventTime: 'timestamp',
  server: [{ column: 'processed_at', type: 'DateTime', default: 'now()' }],
} as const satisfies EventContract;

/** The fields that an event carries, in order. Throws where the declaration contradicts itself. */
export function receivedFields(contract: EventContract): readonly ReceivedField[] {
  const received = contract.fields.filter((field) => field.kind !== 'derived');
  assertDistinct(contract.fields.map(({ column }) => column));
  assertDistinct(received.map(({ source }) => source));
  const time = received.find(({ column }) => column === contract.eventTime);
  if (time?.kind !== 'instant') {
    throw new Error(
      `contract: eventTime must name an instant field, ${contract.eventTime} is none`,
    );
  }
  return received;
}

/** What is stored where the event lacks the field; undefined where the field is required. */
export function defaultOf(field: ReceivedField): string | undefined {
  return field.kind === 'instant' ? undefined : field.default;
}

/** The columns of the table, lineage included, as they are created and expected. */
export function expectedColumns(contract: EventContract): readonly ExpectedColumn[] {
  return [
    ...contract.fields.map((field) => ({
      name: field.column,
      type: field.type,
      ...(field.kind !== 'derived' && defaultOf(field) !== undefined && { isOptional: true }),
    })),
    ...contract.server.map(({ column, type, default: value }) => ({
      name: column,
      type,
      default: value,
      filledByServer: true,
    })),
    ...LINEAGE_COLUMNS,
  ];
}

function assertDistinct(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`contract: ${twice} is declared twice`);
}
