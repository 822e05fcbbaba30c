// Promise: the table that unit tests write into behaves as the real one does, as far as writing a block relies on it.
// Both are held to the same contract.
import { eventTableContract } from '../../support/event-table-contract.js';
import { fakeEventTable } from '../../support/fake-event-table.js';

eventTableContract(() => {
  const events = fakeEventTable();
  const table = { database: 'default', table: 'stream_events' };
  return Promise.resolve({ events, table, counts: () => Promise.resolve(events.counts) });
});
