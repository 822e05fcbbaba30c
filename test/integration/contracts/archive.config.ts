import { defineConfig, defineContract } from '../../../src/index.js';
import { ARCHIVE_COLUMNS } from '../../support/wide-events.js';

export default defineConfig({
  contracts: [
    defineContract({ name: 'archive', columns: ARCHIVE_COLUMNS, eventTime: 'created_at' }),
  ],
});
