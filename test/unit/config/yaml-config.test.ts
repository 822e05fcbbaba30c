// Promise: everything that is wrong in millrace.yaml is reported with its line and column, in one sentence each, and the
// same content means the same as in TypeScript. Checked with broken files, and by the hash of contracts.
import { expect, test } from 'vitest';
import { ConfigFileError } from '../../../src/config/config-file-error.js';
import { readYamlConfig } from '../../../src/config/yaml-config.js';
import { defineContract } from '../../../src/domain/contract/define-contract.js';

const PATH = '/shop/millrace.yaml';

/** `line:column text` of each problem. */
function problemsOf(text: string): readonly string[] {
  try {
    readYamlConfig(PATH, text);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigFileError)) throw error;
    return error.problems.map((each) => `${each.line ?? '?'}:${each.column ?? '?'} ${each.text}`);
  }
}

const ORDERS = `contracts:
  orders:
    columns:
      order_id: Int64
`;

test('a contract in YAML equals the contract in TypeScript', () => {
  const { contracts, pipelines } = readYamlConfig(
    PATH,
    `# yaml-language-server: $schema=./node_modules/millrace/schema/millrace.schema.json
contracts:
  orders:
    columns:
      order_id: Int64
      customer: { type: UInt64, path: customer.id }
      name: { type: String, path: [customer, full.name] }
      amount: Decimal(18, 2)
      created: { type: "DateTime64(3, 'UTC')", path: createdAt, read: epoch-ms }
      channel: { type: LowCardinality(String), default: web, null: default }
      large: { type: UInt64, default: 18446744073709551615 }
      trace: { type: String, from: { header: traceparent }, default: '' }
      loaded_at: { type: DateTime, from: server, default: { sql: now() } }
    table:
      orderBy: [created, order_id]
      partitionBy: toYYYYMM(created)
    when: { path: type, in: [order.created, 7, true] }
    tombstones: skip
    id: order_id
    eventTime: created
    version: '2'
pipelines:
  orders: { contract: orders, topic: orders, batch: { intervalSeconds: 0.5 } }
  # The built-in contract, with everything from the environment.
  seed: {}
`,
  );
  const same = defineContract({
    name: 'orders',
    columns: {
      order_id: 'Int64',
      customer: { type: 'UInt64', path: 'customer.id' },
      name: { type: 'String', path: ['customer', 'full.name'] },
      amount: 'Decimal(18, 2)',
      created: { type: "DateTime64(3, 'UTC')", path: 'createdAt', read: 'epoch-ms' },
      channel: { type: 'LowCardinality(String)', default: 'web', null: 'default' },
      large: { type: 'UInt64', default: 18446744073709551615n },
      trace: { type: 'String', from: { header: 'traceparent' }, default: '' },
      loaded_at: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
    },
    table: { orderBy: ['created', 'order_id'], partitionBy: 'toYYYYMM(created)' },
    when: { path: 'type', in: ['order.created', 7, true] },
    tombstones: 'skip',
    id: 'order_id',
    eventTime: 'created',
    version: '2',
  });
  expect(contracts).toEqual([same]);
  expect(pipelines).toEqual({
    orders: { contract: 'orders', topic: 'orders', batch: { intervalSeconds: 0.5 } },
    seed: {},
  });
});

test('keys with only comments below them mean none', () => {
  const text = 'contracts:\n  # orders:\npipelines:\n';
  expect(readYamlConfig(PATH, text)).toEqual({ contracts: [], pipelines: {} });
});

test.each<[string, string, string]>([
  [
    'a misspelled type',
    ORDERS + '      amount: Decimel(18, 2)\n',
    '5:7 contract orders: column amount: Decimel is not a ClickHouse type that Millrace knows. Did you mean Decimal?',
  ],
  [
    'a misspelled option of a column',
    ORDERS + '      amount:\n        type: Float64\n        pth: total\n',
    '7:9 contract orders: column amount: there is no option pth: did you mean path?',
  ],
  [
    'an unknown option of a contract',
    ORDERS + '    orderBy: [order_id]\n',
    '5:5 contract orders: there is no option orderBy: did you mean table.orderBy?',
  ],
  [
    'a sorting key without its column',
    ORDERS + '    table:\n      orderBy: [created]\n',
    '6:7 contract orders: table.orderBy: there is no column created',
  ],
  [
    'a transform',
    ORDERS + '    transform: row => row\n',
    "5:5 contract orders: YAML can't express transform: declare the contract in millrace.config.ts",
  ],
  [
    'a default that does not fit',
    ORDERS + '      n: { type: UInt8, default: 300 }\n',
    '5:7 contract orders: column n: the default does not fit UInt8: default must be a whole number from 0 to 255',
  ],
  [
    'a reserved name',
    ORDERS.replace('orders', 'table'),
    '2:3 contract table: the name table is reserved by Millrace',
  ],
  ['registries', ORDERS + 'registries: {}\n', '5:1 there is no option registries: this release'],
  [
    'a password',
    ORDERS + 'clickhouse:\n  password: hunter2\n',
    '5:1 there is no option clickhouse: a config must not hold connections. Set KAFKA_BOOTSTRAP_SERVERS',
  ],
  [
    'a password of a pipeline',
    'pipelines:\n  orders:\n    topic: orders\n    sasl_password: hunter2\n',
    '4:5 pipelines.orders: there is no option sasl_password: a config must not hold secrets. Set KAFKA_SASL_PASSWORD',
  ],
  [
    'a name that begins with an option that has options',
    'pipelines:\n  orders:\n    topic: orders\n    batchSize: 5000\n',
    '4:5 pipelines.orders: there is no option batchSize: did you mean batch.maxRows, batch.maxBytes or batch.intervalSeconds?',
  ],
  [
    'an option outside of the one that it belongs to',
    'pipelines:\n  orders:\n    topic: orders\n    maxrows: 5000\n',
    '4:5 pipelines.orders: there is no option maxrows: did you mean batch.maxRows?',
  ],
  [
    'a misspelt option that has options',
    ORDERS + '    tables: {}\n',
    '5:5 contract orders: there is no option tables: did you mean table?',
  ],
  [
    'a missing contract',
    ORDERS + 'pipelines:\n  orders: { topic: orders, contract: order }\n',
    '6:28 pipeline orders: there is no contract order: did you mean orders?',
  ],
  [
    'a topic name that Kafka does not allow',
    'pipelines:\n  orders:\n    topic: my orders\n',
    '3:5 pipeline orders: "my orders" is not a valid Kafka topic name',
  ],
  [
    'a number as a string',
    'pipelines:\n  orders:\n    batch:\n      maxRows: many\n',
    '4:7 pipelines.orders.batch.maxRows: must be a number',
  ],
  [
    'an offset that is a number',
    'pipelines:\n  orders:\n    from: { offsets: { 0: 12 } }\n',
    '3:24 pipelines.orders.from.offsets.0: an offset is a decimal string such as "1234"',
  ],
  [
    'wrong indentation',
    'contracts:\n  orders:\n    columns:\n   id: Int64\n',
    "3:13 the YAML can't be read: ",
  ],
  [
    'a duplicate key',
    ORDERS + '      order_id: String\n',
    "5:7 the YAML can't be read: the key order_id is given twice",
  ],
  ['a tag', ORDERS + '      a: !env TYPE\n', "5:10 the YAML can't be read: Unresolved tag: !env"],
  ['a list', '- orders\n', '1:1 it must be an object with contracts and pipelines'],
  ['an empty file', '', '1:1 it must be an object with contracts and pipelines'],
])('%s is reported with its line and column', (_, text, expected) => {
  const problems = problemsOf(text);
  expect(problems.join('\n')).toContain(expected);
  expect(problems).toHaveLength(1);
  expect(problems.join('\n')).not.toContain('hunter2');
});

test('a syntax error is reported once, without those that follow from it', () => {
  const broken = 'contracts:\n  orders:\n    columns: {a: String\n  b: c: d\n e\n f: [\n';
  const problems = problemsOf(broken);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/ \(\d+ more errors follow, probably because of this one\)$/);
  const twice = ORDERS + '      order_id: String\n      order_id: String\n';
  expect(problemsOf(twice)).toHaveLength(2);
});

test('all problems are reported at once, in the order of the lines', () => {
  const text = ORDERS + '      a: Int7\n      b: Flaot32\npipelines:\n  x: { contract: y }\n';
  expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['5:7', '6:7', '8:8']);
});

test('problems of shape and of content are reported together, for all contracts, columns and pipelines', () => {
  const text = `contracts:
  orders:
    columns:
      order_id: Int46
      note: { type: Strng, pth: text }
      created: { type: DateTime, form: event }
    table: { orderBy: [created, order_idd] }
    eventTime: created
  people:
    colums: { id: Int64 }
    id: id
  cities:
    columns: { id: Int7 }
pipelines:
  a: { contract: orders, topic: my orders }
  b: { contract: citys, lanes: many }
  c: { contract: nothing, table: a.b.c }
`;
  expect(problemsOf(text)).toEqual([
    '4:7 contract orders: column order_id: Int46 is not a ClickHouse type that Millrace knows. Did you mean Int16?',
    '5:7 contract orders: column note: Strng is not a ClickHouse type that Millrace knows. Did you mean String?',
    '5:28 contract orders: column note: there is no option pth: did you mean path?',
    '6:34 contract orders: column created: there is no option form: did you mean from?',
    '7:14 contract orders: table.orderBy: there is no column order_idd: did you mean order_id?',
    '9:3 contract people: columns is missing',
    '10:5 contract people: there is no option colums: did you mean columns?',
    '13:16 contract cities: column id: Int7 is not a ClickHouse type that Millrace knows. Did you mean Int8?',
    '15:26 pipeline a: "my orders" is not a valid Kafka topic name: the name of a topic has 1 to 249 characters, each an ASCII letter, a digit, ".", "_" or "-", and is neither "." nor ".."',
    '16:8 pipeline b: there is no contract citys: did you mean cities?',
    '16:25 pipelines.b.lanes: must be a number',
    '17:8 pipeline c: there is no contract nothing: the config has orders, people, cities, stream_events, table',
    '17:27 pipeline c: "a.b.c" is not a table name: give "table" or "database.table"',
  ]);
});

test.each([
  [
    'a broken contract',
    'contracts:\n  x: { columns: { a: Int7 } }\npipelines:\n  x: { contract: x }\n',
  ],
  ['contracts that are no object', 'contracts: [x]\npipelines:\n  x: { contract: x }\n'],
  [
    'a misspelt key',
    'contrcts:\n  x: { columns: { a: Int8 } }\npipelines:\n  x: { contract: x }\n',
  ],
])('%s is one problem, and its pipelines add none', (_, text) => {
  expect(problemsOf(text)).toHaveLength(1);
});

test('the place is found behind an anchor', () => {
  const text = `contracts:
  orders:
    columns: &columns
      a: Int7
  others:
    columns: *columns
`;
  expect(problemsOf(text).map((problem) => problem.split(' ')[0])).toEqual(['4:7', '4:7']);
});
