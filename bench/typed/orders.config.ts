// The contract that `npm run bench -- --typed` moves, declared as a user would.
import { defineConfig, defineContract } from '../../src/index.js';
import { ORDER_COLUMNS } from './orders.js';

const orders = defineContract({
  name: 'orders',
  columns: ORDER_COLUMNS,
  table: { orderBy: ['created', 'order_id'], partitionBy: 'toYYYYMM(created)' },
  eventTime: 'created',
});

export default defineConfig({ contracts: [orders] });
