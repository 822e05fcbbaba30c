import type {
  EventContract,
  ContractField,
  DerivedField,
  ObjectField,
  ReceivedField,
} from './event-contract.js';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

type FieldsOf<C extends EventContract> = C['fields'][number];
type StoredAs<F extends ContractField> = F['type'] extends 'String' ? string : number;
type ParsedAs<F extends ContractField> = F extends ObjectField ? JsonObject : string;

/** The stored values by column: texts as they are, times in whole seconds since 1970. */
export type RowOf<C extends EventContract> = {
  readonly [F in FieldsOf<C> as F['column']]: StoredAs<F>;
};

/** The part of the row that the event alone determines: everything except derived columns. */
export type ReceivedRowOf<C extends EventContract> = {
  readonly [F in Exclude<FieldsOf<C>, DerivedField> as F['column']]: StoredAs<F>;
};

/** A valid, parsed event: objects as objects, times as the text that was sent, defaults filled in. */
export type EventOf<C extends EventContract> = {
  readonly [F in Extract<FieldsOf<C>, ReceivedField> as F['source']]: ParsedAs<F>;
};

/** A row of any contract. */
export type Row = Readonly<Record<string, string | number>>;
/** An event of any contract. */
export type Event = Readonly<Record<string, string | JsonObject>>;
