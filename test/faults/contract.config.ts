// The events of the fault cases as a contract that a user declares: `npm run faults -- --declared` runs the cases with it.
import { STREAM_EVENTS_COLUMNS } from '../../src/domain/contract/stream-events.js';
import { defineConfig, defineContract } from '../../src/index.js';

export const DECLARED = 'declared_events';

const events = defineContract({
  name: DECLARED,
  columns: STREAM_EVENTS_COLUMNS,
  table: { orderBy: ['timestamp', 'event_id'], partitionBy: 'toYYYYMM(timestamp)' },
  id: 'event_id',
  eventTime: 'timestamp',
});

export default defineConfig({ contracts: [events] });
