// Promise: init writes the contract that it suggests, in TypeScript and in YAML, for any names of fields, and the test that it
// writes passes with a generated event.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DraftContract } from '../../../../src/cli/init/config-draft.js';
import { topicDraft } from '../../../../src/cli/init/draft-config.js';
import { exampleEvent } from '../../../../src/cli/init/render-test.js';
import { renderTypeScript } from '../../../../src/cli/init/render-typescript.js';
import { renderYaml } from '../../../../src/cli/init/render-yaml.js';
import {
  contractOfSuggestion,
  nameFrom,
  type Suggestion,
  suggestContract,
} from '../../../../src/cli/sample/suggest-contract.js';
import { readYamlConfig } from '../../../../src/config/yaml-config.js';
import { defineConfig, type MillraceConfig } from '../../../../src/config/define-config.js';
import { defineContract } from '../../../../src/domain/contract/define-contract.js';
import { testContract } from '../../../../src/testing/test-contract.js';
import { sampleOf } from '../../../support/sample-records.js';

const NAMES = { name: 'orders', topic: 'orders', table: 'shop.orders' };

/** Runs the text as a module, without its import. */
function configOf(text: string): MillraceConfig {
  const body = text.replace(/^import .*\n/, '').replace('export default', 'return');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  return new Function('defineConfig', 'defineContract', body)(
    defineConfig,
    defineContract,
  ) as MillraceConfig;
}

function expectSame(suggestion: Suggestion): void {
  const draft = topicDraft(suggestion, NAMES);
  const [hash, spec] = [
    contractOfSuggestion(suggestion).hash,
    contractOfSuggestion(suggestion).spec,
  ];
  const fromCode = configOf(renderTypeScript(draft));
  expect(fromCode.contracts?.[0]).toMatchObject({ hash, spec });
  const fromYaml = readYamlConfig('/millrace.yaml', renderYaml(draft));
  expect(fromYaml.contracts[0]).toMatchObject({ hash, spec });
  expect(fromYaml.pipelines).toEqual(fromCode.pipelines);
}

const EVENTS = [
  {
    id: 1,
    created_at: '2026-01-31T12:00:00Z',
    "it's": 'a "quoted" name',
    null: 'a key',
    customer: { name: 'x', 'a.b': 2.5 },
    items: [{ sku: 'a', qty: 1 }],
  },
  {
    id: 2,
    created_at: '2026-01-31T12:00:01Z',
    "it's": 'b',
    null: 'c',
    customer: { name: 'y', 'a.b': 1 },
    more: {},
  },
];

test('one record is singular', () => {
  const of = (...values: readonly (object | string)[]) =>
    topicDraft(suggestContract('orders', sampleOf(values)), NAMES).comments.join('\n');
  expect(of({ a: 1 })).toContain('the newest 1 record of topic orders');
  expect(of({ a: 1 }, 'x')).toContain(
    '1 of these records is not a JSON object and becomes a dead letter.',
  );
  expect(of({ a: 1 }, 'x', 'y')).toContain(
    '2 of these records are not JSON objects and become dead letters.',
  );
});

test('the rendered files are well formatted', () => {
  const draft = topicDraft(suggestContract('orders', sampleOf(EVENTS)), NAMES);
  expect(renderTypeScript(draft)).toMatchInlineSnapshot(`
    "import { defineConfig, defineContract } from 'millrace';

    // The columns were inferred from the newest 2 records of topic orders. Review them: a value that does not fit
    // its column is never rounded or truncated: its record becomes a dead letter.
    const contract = defineContract({
      name: 'orders',
      columns: {
        // whole numbers from 1 to 2
        id: 'UInt32',
        // ISO 8601 timestamps
        created_at: "DateTime64(3, 'UTC')",
        // strings, 2 different in 2
        it_s: { type: 'String', path: "it's" },
        // strings, 2 different in 2
        null: 'String',
        // strings, 2 different in 2
        customer_name: { type: 'String', path: 'customer.name' },
        // numbers with fractions; for amounts, Decimal(18, 2) keeps every digit and rejects more
        customer_a_b: { type: 'Float64', path: ['customer', 'a.b'] },
        // arrays; in 1 of 2 events
        items: { type: 'Array(Tuple(sku String, qty UInt32))', default: [], null: 'default' },
        // only empty objects in the sample; in 1 of 2 events
        more: { type: 'Nullable(String)', read: 'json' },
      },
      id: 'id',
      eventTime: 'created_at',
      table: { orderBy: ['created_at', 'id'], partitionBy: 'toYYYYMM(created_at)' },
    });

    export default defineConfig({
      contracts: [contract],
      pipelines: {
        orders: {
          contract: 'orders',
          topic: 'orders',
          groupId: 'millrace-orders',
          table: 'shop.orders',
        },
      },
    });
    "
  `);
  expect(renderYaml(draft)).toMatchInlineSnapshot(`
    "# yaml-language-server: $schema=./node_modules/millrace/schema/millrace.schema.json
    # The columns were inferred from the newest 2 records of topic orders. Review them: a value that does not fit
    # its column is never rounded or truncated: its record becomes a dead letter.
    contracts:
      orders:
        columns:
          # whole numbers from 1 to 2
          id: UInt32
          # ISO 8601 timestamps
          created_at: DateTime64(3, 'UTC')
          # strings, 2 different in 2
          it_s: { type: String, path: it's }
          # strings, 2 different in 2
          "null": String
          # strings, 2 different in 2
          customer_name: { type: String, path: customer.name }
          # numbers with fractions; for amounts, Decimal(18, 2) keeps every digit and rejects more
          customer_a_b: { type: Float64, path: [ customer, a.b ] }
          # arrays; in 1 of 2 events
          items: { type: "Array(Tuple(sku String, qty UInt32))", default: [], "null": default }
          # only empty objects in the sample; in 1 of 2 events
          more: { type: Nullable(String), read: json }
        id: id
        eventTime: created_at
        table: { orderBy: [ created_at, id ], partitionBy: toYYYYMM(created_at) }

    pipelines:
      orders:
        contract: orders
        topic: orders
        groupId: millrace-orders
        table: shop.orders
    "
  `);
});

test('both files express the suggested contract', () => {
  expectSame(suggestContract('orders', sampleOf(EVENTS)));
  const proto = suggestContract('orders', sampleOf([JSON.parse('{"__proto__":1}') as object]));
  expect(proto.columns.map(({ name }) => name)).toEqual(['__proto___2']);
  expectSame(proto);
  const key = fc.oneof(
    fc.string(),
    fc.constantFrom('null', 'true', '7', 'a: b', '#', '- x', "'", '\\'),
  );
  const event = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { minKeys: 1, maxKeys: 4 });
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), (events) => {
      const suggestion = suggestContract('orders', sampleOf(events));
      if (suggestion.columns.length > 0) expectSame(suggestion);
    }),
    { numRuns: 200 },
  );
});

test('the example event becomes a row', () => {
  const suggestion = suggestContract('orders', sampleOf(EVENTS));
  const event = exampleEvent((suggestion as DraftContract).columns);
  const { rows } = testContract(contractOfSuggestion(suggestion)).read([{ value: event }]);
  expect(rows).toHaveLength(1);
});

test.each([
  ['orders', 'orders'],
  ['shop.orders-v2', 'shop.orders-v2'],
  ['7th', '_7th'],
  ['my orders', 'my_orders'],
])('%s gives the name %s', (topic, name) => {
  expect(nameFrom(topic)).toBe(name);
});
