/** Orders as JSON, and their table, which Millrace does not create. */

export const ORDER_COLUMNS = [
  'id Int64',
  'order_uuid UUID',
  'amount Decimal(18, 2)',
  "created DateTime64(3, 'UTC')",
  "status Enum8('new' = 1, 'paid' = 2)",
  'note Nullable(String)',
  'tags Array(LowCardinality(String))',
  'labels Map(String, String)',
  'items Array(Tuple(sku String, qty UInt8))',
  'shop Tuple(name String, address Tuple(city String))',
  "channel LowCardinality(String) DEFAULT 'web'",
  'created_day Date MATERIALIZED toDate(created)',
] as const;

export const LINEAGE = [
  '_topic LowCardinality(String)',
  '_topic_id LowCardinality(String)',
  '_epoch UInt32',
  '_partition UInt32',
  '_offset UInt64',
] as const;

export function createOrders(
  table: string,
  columns: readonly string[] = [...ORDER_COLUMNS, ...LINEAGE],
): string {
  return (
    `CREATE TABLE ${table} (${columns.join(', ')}) ENGINE = MergeTree PARTITION BY toYYYYMM(created) ORDER BY id ` +
    'SETTINGS non_replicated_deduplication_window = 100000'
  );
}

/** Beyond 2^53, so that a JavaScript number could not hold it. */
const FIRST_ID = 9_007_199_254_740_993n;

export function orderId(index: number): string {
  return String(FIRST_ID + BigInt(index));
}

/** The text of an order. `changes` are JSON texts by field, and undefined omits the field. */
export function orderText(
  index: number,
  changes: Readonly<Record<string, string | undefined>> = {},
): string {
  const fields: Record<string, string | undefined> = {
    id: orderId(index),
    order_uuid: `"${uuidOf(index)}"`,
    amount: amountOf(index),
    created: `"${createdOf(index).replace(' ', 'T')}Z"`,
    status: index % 2 === 0 ? '"new"' : '"paid"',
    note: index % 3 === 0 ? 'null' : `"note ${index} \\u00e9\\n"`,
    tags: `["t${index % 7}", "all"]`,
    labels: `{"region": "r${index % 5}"}`,
    items: `[{"sku": "s${index}", "qty": ${index % 200}}]`,
    shop: `{"address": {"city": "c${index % 11}"}, "name": "n", "more": 1}`,
    channel: index % 4 === 0 ? undefined : '"app"',
    nobody_knows: '[1, {"a": null}]',
    ...changes,
  };
  const members = Object.entries(fields).flatMap(([name, text]) =>
    text === undefined ? [] : [`"${name}": ${text}`],
  );
  return `{${members.join(', ')}}`;
}

/** The order's row, each value as ClickHouse's `toString` prints it. */
export function orderRow(index: number): Readonly<Record<string, string>> {
  return {
    id: orderId(index),
    order_uuid: uuidOf(index),
    amount: amountOf(index),
    created: createdOf(index),
    status: index % 2 === 0 ? 'new' : 'paid',
    note: index % 3 === 0 ? 'none' : `note ${index} é\n`,
    tags: `['t${index % 7}','all']`,
    labels: `{'region':'r${index % 5}'}`,
    items: `[('s${index}',${index % 200})]`,
    shop: `('n',('c${index % 11}'))`,
    channel: index % 4 === 0 ? 'web' : 'app',
    created_day: createdOf(index).slice(0, 10),
  };
}

/** Selects what `orderRow` returns. */
export const ORDER_ROW = [
  ...['id', 'order_uuid', 'amount', 'created', 'status', 'tags', 'labels', 'items', 'shop'].map(
    (name) => `toString(${name}) AS ${name}`,
  ),
  "ifNull(note, 'none') AS note",
  'toString(channel) AS channel',
  'toString(created_day) AS created_day',
].join(', ');

function uuidOf(index: number): string {
  return `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
}

function amountOf(index: number): string {
  return `${index}.${String(11 + (index % 80))}`.replace(/0$/, '');
}

function createdOf(index: number): string {
  return new Date(Date.UTC(2026, index % 12, 1, 0, 0, index, index % 1_000))
    .toISOString()
    .replace('T', ' ')
    .replace('Z', '');
}
