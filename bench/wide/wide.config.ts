// The contract that `npm run bench -- --wide` moves, declared as a user would.
import { defineConfig, defineContract } from '../../src/index.js';
import { ARCHIVE_COLUMNS } from '../../test/support/wide-events.js';

const archive = defineContract({
  name: 'archive',
  columns: ARCHIVE_COLUMNS,
  table: { orderBy: ['created_at', 'id'] },
  eventTime: 'created_at',
});

export default defineConfig({ contracts: [archive] });
