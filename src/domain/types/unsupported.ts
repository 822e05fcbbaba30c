import { type TypeFamily, UnsupportedTypeError } from './column-type.js';
import { printType } from './text/print-type.js';

const REASONS: Readonly<Record<string, string>> = {
  Variant:
    'a JSON value does not say which of its types it has. Use the one type that you need, or JSON, or String with read: "json"',
  Dynamic:
    'a JSON value does not say which type it has. Use the type that you need, or JSON, or String with read: "json"',
  Object: "ClickHouse no longer has Object('json'). Use JSON",
  AggregateFunction:
    'it holds aggregation states, which events do not contain. Insert into a plain table, and aggregate in a materialized view',
  SimpleAggregateFunction:
    'ClickHouse merges its rows, so a lost row could not be distinguished from a merged one. Insert into a plain table, and aggregate in a materialized view',
  Nothing: 'it has no values',
};

/** Types of ClickHouse that Millrace does not fill. They are refused at the start, with what to do instead. */
export const unsupported: TypeFamily = {
  names: Object.keys(REASONS),
  rule: null,
  create(node) {
    throw new UnsupportedTypeError(
      `Millrace can't fill a column of type ${printType(node)}: ${REASONS[node.name] ?? ''}`,
    );
  },
};
