import { defineConfig, defineContract } from '../../../src/index.js';
import { WIDE_COLUMNS } from '../../support/wide-events.js';

export default defineConfig({
  contracts: [defineContract({ name: 'archive', columns: WIDE_COLUMNS, eventTime: 'created_at' })],
});
