// Promise: the demo generates records that the user's contract accepts, whatever its columns are. Checked by reading them with
// the contract, over each family of types and each value format.
import { expect, test } from 'vitest';
import { createContractEvents } from '../../../dev/events/contract-events.js';
import { contractOf, defineContract } from '../../../src/domain/contract/define-contract.js';
import { specOf } from '../../../src/domain/contract/contract-options.js';
import { testContract } from '../../../src/testing/test-contract.js';

const TYPES: readonly string[] = [
  ...['Int8', 'UInt8', 'Int32', 'UInt64', 'Int128', 'UInt256', 'Float32', 'Float64', 'Bool'],
  ...['String', 'FixedString(3)', 'LowCardinality(String)', 'UUID', 'IPv4', 'IPv6'],
  ...['Date', 'Date32', 'DateTime', "DateTime64(3, 'UTC')", 'DateTime64(9)'],
  ...['Decimal(18, 2)', 'Decimal(4, 4)', 'Decimal(3, 0)', 'Decimal(76, 30)'],
  ...["Enum8('a' = 1, 'b' = 2)", 'Nullable(Int16)', 'LowCardinality(Nullable(String))'],
  ...['Array(UInt8)', 'Array(Array(String))', 'Map(String, UInt64)', 'Map(UInt8, String)'],
  ...['Tuple(a String, b Array(UInt8))', 'Tuple(String, UInt8)', 'Nested(x UInt8, y String)'],
  ...['JSON', 'Point', 'Ring', 'Polygon', 'MultiPolygon', 'LineString', 'MultiLineString'],
];

const READS = [
  ...[
    ['String', 'json'],
    ['String', 'base64'],
    ['String', 'hex'],
  ],
  ...['epoch-s', 'epoch-ms', 'epoch-us', 'epoch-ns', 'iso-strict'].map((read) => [
    'DateTime64(3)',
    read,
  ]),
  ['Date', 'epoch-days'],
  ["Enum8('a' = 1, 'b' = 2)", 'number'],
  ['Bool', '0-1'],
  ['Float64', 'with-nan'],
] as const;

test('events cover each type and each way to write its values', () => {
  const columns = [
    ...TYPES.map((type, index) => [`type_${index}`, { type }] as const),
    ...READS.map(([type, read], index) => [`read_${index}`, { type, read }] as const),
  ];
  const contract = contractOf(
    specOf({
      name: 'types',
      columns: Object.fromEntries(columns),
      table: { orderBy: ['type_0'] },
    }),
  );
  const recordAt = createContractEvents(contract.spec);
  const records = Array.from({ length: 500 }, (_, index) => recordAt(index * 7, Date.now()));
  const { rows, deadLetters } = testContract(contract).read(records);
  expect(deadLetters.slice(0, 3)).toEqual([]);
  expect(rows).toHaveLength(500);
});

test('events follow paths, key, headers, filter and columns outside the record', () => {
  const contract = defineContract({
    name: 'places',
    columns: {
      id: { type: 'UInt64', path: 'customer.id' },
      name: { type: 'String', path: 'customer.name' },
      key: { type: 'String', from: 'key' },
      trace: { type: 'UUID', from: { header: 'trace' } },
      all: { type: 'Map(String, String)', from: 'headers' },
      rest: { type: 'JSON', from: 'rest' },
      sent: { type: 'DateTime64(3)', from: 'timestamp' },
      twice: { type: 'UInt64', from: 'transform' },
      loaded: { type: 'DateTime', from: 'server', default: { sql: 'now()' } },
    },
    table: { orderBy: ['id'] },
    when: { path: 'type', in: ['created', 'paid'] },
    transform: (row) => ({ twice: row.id * 2n }),
  });
  const recordAt = createContractEvents(contract.spec);
  const { rows } = testContract(contract).read([recordAt(1, 0), recordAt(2, 0)]);
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({ id: 2n, name: 'text-2', key: 'text-2', twice: 4n });
});
