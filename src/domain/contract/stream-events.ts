import { type Contract, contractOf } from './define-contract.js';
import { type Columns, specOf } from './contract-options.js';
import type { ContractSpec } from './contract-spec.js';

/** Its columns, as a contract of the user would declare them. */
export const STREAM_EVENTS_COLUMNS = {
  event_id: { type: 'String', read: 'not-empty' },
  event_type: { type: 'String', read: 'not-empty' },
  timestamp: { type: 'DateTime', read: 'iso-strict' },
  payload: { type: 'String', read: 'json-object' },
  source: { type: 'String', read: 'not-empty' },
  metadata: { type: 'String', read: 'json-object', default: '{}' },
  processed_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
} as const satisfies Columns;

/** In `stream_events`, null and other values of a wrong type have always been rejected as `wrong_type`. */
function withWrongNulls(spec: ContractSpec): ContractSpec {
  return { ...spec, columns: spec.columns.map((column) => ({ ...column, null: 'wrong_type' })) };
}

/** The default contract. What it accepts, and its reasons for rejections, never change. */
export const STREAM_EVENTS: Contract = contractOf(
  withWrongNulls(
    specOf({
      name: 'stream_events',
      columns: STREAM_EVENTS_COLUMNS,
      table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
      id: 'event_id',
      eventTime: 'timestamp',
    }),
  ),
  { isBuiltIn: true },
);
