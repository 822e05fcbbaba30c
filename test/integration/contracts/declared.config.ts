// The config file of a user's project. SHOP_VERSION=2 is the version that the user deploys next.
import { defineConfig, defineContract, filtered, rejected } from '../../../src/index.js';

const isNext = process.env['SHOP_VERSION'] === '2';

const orders = defineContract({
  name: 'shop_orders',
  columns: {
    order_id: { type: 'Int64', path: 'id' },
    customer: { type: 'LowCardinality(String)', path: 'customer.name' },
    amount: 'Decimal(18, 2)',
    created: { type: "DateTime64(3, 'UTC')", path: 'createdAt', read: 'epoch-ms' },
    note: 'Nullable(String)',
    channel: { type: 'LowCardinality(String)', default: 'web' },
    priority: { type: 'UInt8', default: { sql: '7' } },
    items: `Nested(sku String, qty ${isNext ? 'UInt16' : 'UInt8'})`,
    key: { type: 'Nullable(String)', from: 'key' },
    trace: { type: 'String', from: { header: 'traceparent' }, default: '' },
    sent_at: { type: "DateTime64(3, 'UTC')", from: 'timestamp' },
    item_count: { type: 'UInt16', from: 'transform' },
    loaded_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
    ...(isNext && { city: { type: 'String', path: 'customer.city', default: 'unknown' } }),
  },
  table: { orderBy: ['created', 'order_id'], partitionBy: 'toYYYYMM(created)' },
  id: 'order_id',
  when: { path: 'type', in: ['order.created', 'order.paid'] },
  tombstones: 'skip',
  version: isNext ? '2' : '1',
  transform: (row) => {
    if (row.amount === '0.00') return filtered;
    if (row.note === 'never mind') return rejected('the customer has changed their mind');
    return { ...row, item_count: row.items.length };
  },
});

export default defineConfig({ contracts: [orders] });
