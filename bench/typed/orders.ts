/** 16 columns of most kinds: nested paths, an array of tuples, LowCardinality, Nullable, times. */
export const ORDER_COLUMNS = {
  order_id: 'UUID',
  customer: { type: 'UInt64', path: 'customer.id' },
  country: { type: 'LowCardinality(String)', path: 'customer.country' },
  status: 'LowCardinality(String)',
  amount: 'Decimal(18, 2)',
  created: "DateTime64(3, 'UTC')",
  updated: { type: "DateTime64(3, 'UTC')", read: 'epoch-ms' },
  day: 'Date',
  note: 'Nullable(String)',
  channel: { type: "Enum8('web' = 1, 'app' = 2, 'shop' = 3)" },
  items: 'Array(Tuple(sku String, qty UInt32))',
  tags: 'Array(LowCardinality(String))',
  weight: 'Float64',
  rank: 'Int32',
  paid: 'Bool',
  address: 'IPv4',
} as const;

/** The JSON text of an order that the columns accept: some 400 bytes. */
export function orderText(index: number, startMs: number): string {
  const hex = index.toString(16).padStart(12, '0');
  const at = startMs + index * 10;
  return JSON.stringify({
    order_id: `61f0c404-5cb3-11e7-907b-${hex}`,
    customer: { id: 7_000_000_000 + index, country: ['DE', 'FR', 'PL', 'US'][index % 4] },
    status: ['created', 'paid', 'sent'][index % 3],
    amount: `${index % 997}.${String(index % 100).padStart(2, '0')}`,
    created: new Date(at).toISOString(),
    updated: at + 17,
    day: new Date(at).toISOString().slice(0, 10),
    ...(index % 3 > 0 && { note: `note ${index}` }),
    channel: ['web', 'app', 'shop'][index % 3],
    items: [{ sku: `sku-${index % 313}`, qty: index % 7 }],
    tags: ['a', 'b', String(index % 17)],
    weight: (index % 997) / 7,
    rank: index - 5_000,
    paid: index % 2 === 0,
    address: `10.0.${index % 256}.7`,
  });
}
