// Contracts whose records the engine reads, as far as it supports their columns.
import { defineConfig, defineContract } from '../../../src/index.js';
import { WIDE_COLUMNS } from '../../support/wide-events.js';

export default defineConfig({
  contracts: [
    defineContract({ name: 'archive', columns: WIDE_COLUMNS, eventTime: 'created_at' }),
    defineContract({
      name: 'orders',
      columns: {
        id: 'Int64',
        order_uuid: 'UUID',
        amount: 'Decimal(18, 2)',
        created: "DateTime64(3, 'UTC')",
        status: "Enum8('new' = 1, 'paid' = 2)",
        note: 'Nullable(String)',
        tags: 'Array(LowCardinality(String))',
        labels: 'Map(String, String)',
        items: 'Array(Tuple(sku String, qty UInt8))',
        shop: 'Tuple(name String, address Tuple(city String))',
        channel: { type: 'LowCardinality(String)', default: 'web' },
      },
      eventTime: 'created',
    }),
  ],
});
