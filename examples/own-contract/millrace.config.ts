import { defineConfig, defineContract, filtered, rejected } from 'millrace';

/** Orders of a shop. The topic holds personal data that the table must not have. */
const orders = defineContract({
  name: 'orders',
  columns: {
    order_id: 'UInt64',
    created: { type: "DateTime64(3, 'UTC')", path: 'createdAt', read: 'epoch-ms' },
    status: { type: "Enum8('new' = 1, 'paid' = 2, 'sent' = 3)" },
    customer: { type: 'String', path: 'customer.email' },
    mail_domain: { type: 'LowCardinality(String)', from: 'transform' },
    amount: 'Decimal(18, 2)',
    items: 'Array(Tuple(sku String, qty UInt32))',
    source: { type: 'LowCardinality(String)', from: { header: 'source' }, default: 'web' },
  },
  table: { orderBy: ['created', 'order_id'], partitionBy: 'toYYYYMM(created)' },
  id: 'order_id',
  eventTime: 'created',
  version: '1',
  transform(row) {
    const [, domain] = row.customer.split('@');
    if (domain === undefined) return rejected('customer.email has no @');
    if (domain === 'example.test') return filtered;
    return { ...row, customer: '***', mail_domain: domain };
  },
});

export default defineConfig({
  contracts: [orders],
  pipelines: {
    orders: {
      contract: 'orders',
      topic: 'shop.orders',
      groupId: 'millrace-orders',
      table: 'orders',
    },
  },
});
