import { LINEAGE_COLUMNS } from '../records/lineage.js';
import type { ExpectedColumn } from '../table/drift.js';

/** A non-empty string without unpaired surrogates. */
export interface TextField {
  readonly kind: 'text';
  readonly column: string;
  readonly type: 'String';
  /** Name of the field in the event. */
  readonly source: string;
  /** Stored if the event lacks the field. Without a default, the field is required. */
  readonly default?: string;
}

/** An ISO 8601 date and time, in UTC if it names no zone. It is stored in whole seconds. */
export interface InstantField {
  readonly kind: 'instant';
  readonly column: string;
  readonly type: 'DateTime';
  readonly source: string;
}

/** A JSON object. It is stored as the exact text that was sent. */
export interface ObjectField {
  readonly kind: 'object';
  readonly column: string;
  readonly type: 'String';
  readonly source: string;
  /** JSON text that is stored if the event lacks the field. Without a default, the field is required. */
  readonly default?: '{}';
}

/** A column that no field of the event fills. The transform provides its value. */
export interface DerivedField {
  readonly kind: 'derived';
  readonly column: string;
  readonly type: 'String' | 'DateTime' | 'UInt32';
}

export type ReceivedField = TextField | InstantField | ObjectField;
export type ContractField = ReceivedField | DerivedField;

/** What an event must be and how it is stored in ClickHouse. Everything else follows from this declaration. */
export interface EventContract {
  /**
   * In the order of the table's columns. If several fields are at fault, the first one determines the reason of the
   * rejection.
   */
  readonly fields: readonly ContractField[];
  /** Column of the time that partitions the table. */
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

/** The fields that an event contains, in order. Throws if the declaration contradicts itself. */
export function receivedFields(contract: EventContract): readonly ReceivedField[] {
  const received = contract.fields.filter((field) => field.kind !== 'derived');
  assertDistinct(contract.fields.map(({ column }) => column));
  assertDistinct(received.map(({ source }) => source));
  const time = received.find(({ column }) => column === contract.eventTime);
  if (time?.kind !== 'instant') {
    throw new Error(
      `contract: eventTime must name an instant field, and ${contract.eventTime} is not one`,
    );
  }
  return received;
}

/** What is stored if the event lacks the field. Undefined if the field is required. */
export function defaultOf(field: ReceivedField): string | undefined {
  return field.kind === 'instant' ? undefined : field.default;
}

/** The table's columns, lineage included, as Millrace creates and expects them. */
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
