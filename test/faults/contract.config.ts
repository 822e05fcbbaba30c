// The events of the fault cases as a contract that a user declares: `npm run faults -- --declared` runs the cases with it.
import { defineConfig, defineContract } from '../../src/index.js';

export const DECLARED = 'declared_events';

const events = defineContract({
  name: DECLARED,
  columns: {
    event_id: { type: 'String', read: 'not-empty' },
    event_type: { type: 'String', read: 'not-empty' },
    timestamp: { type: 'DateTime', read: 'iso-strict' },
    payload: { type: 'String', read: 'json-object' },
    source: { type: 'String', read: 'not-empty' },
    metadata: { type: 'String', read: 'json-object', default: '{}' },
    processed_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
  },
  table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
  id: 'event_id',
  eventTime: 'timestamp',
});

export default defineConfig({ contracts: [events] });
