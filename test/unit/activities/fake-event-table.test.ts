// Promise: the table that unit tests write to behaves like the real one as far as writing a block relies on it. Both must
// satisfy the same tests.
import { eventTableContract } from '../../support/event-table-contract.js';
import { fakeEventTable } from '../../support/fake-event-table.js';

eventTableContract(() => {
  const events = fakeEventTable();
  const table = { database: 'default', table: 'stream_events' };
  return Promise.resolve({ events, table, counts: () => Promise.resolve(events.counts) });
});
