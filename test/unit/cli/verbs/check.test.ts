// Promise: `millrace check` needs no server to find faults in the environment, the config and its types. Each fault is one line
// that names the place and the fix, and the exit code is for CI. Checked with ten broken configs, as users write them.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openUserFolder, type UserFolder } from '../../../support/run-millrace.js';

let folder: UserFolder;
beforeEach(() => {
  folder = openUserFolder();
});
afterEach(() => {
  folder.remove();
});

const COLUMNS = '    columns:\n      order_id: Int64\n';

const BROKEN: readonly (readonly [what: string, file: string, text: string, line: string])[] = [
  [
    'a misspelt type in YAML',
    'millrace.yaml',
    `contracts:\n  orders:\n${COLUMNS}      amount: Decimel(18, 2)\n`,
    'error   millrace.yaml:5:7: contract orders: column amount: Decimel is not a ClickHouse type that Millrace knows. Did you mean Decimal?',
  ],
  [
    'a misspelt option in YAML',
    'millrace.yaml',
    `contracts:\n  orders:\n${COLUMNS}      note: { type: String, pth: text }\n`,
    'error   millrace.yaml:5:29: contract orders: column note: there is no option pth: did you mean path?',
  ],
  [
    'YAML that is indented wrongly',
    'millrace.yaml',
    'contracts:\n  orders:\n    columns:\n   order_id: Int64\n',
    "error   millrace.yaml:3:13: the YAML can't be read: All mapping items must start at the same column",
  ],
  [
    'a pipeline of a contract that is not there',
    'millrace.yaml',
    'pipelines:\n  orders: { contract: order, topic: orders }\n',
    'error   millrace.yaml:2:13: pipeline orders: there is no contract order: the config has stream_events, table',
  ],
  [
    'a password',
    'millrace.yaml',
    'pipelines:\n  orders:\n    topic: orders\n    password: hunter2\n',
    'error   millrace.yaml:4:5: pipelines.orders: there is no option password: a config must not hold secrets. Set KAFKA_SASL_PASSWORD and CLICKHOUSE_PASSWORD in the environment, or name a file in KAFKA_SASL_PASSWORD_FILE and CLICKHOUSE_PASSWORD_FILE',
  ],
  [
    'a registry',
    'millrace.yaml',
    'registries:\n  main: { url: "http://registry:8081" }\n',
    'error   millrace.yaml:1:1: there is no option registries: this release supports no schema registry and reads JSON only',
  ],
  [
    'a wrong type in TypeScript',
    'millrace.config.ts',
    `import { defineConfig } from 'millrace';\nexport default defineConfig({\n  pipelines: { orders: { lanes: 'four' } },\n});\n`,
    'error   millrace.config.ts:3:26: pipelines.orders.lanes',
  ],
  [
    'a config that exports nothing',
    'millrace.config.ts',
    'const contracts = [];\n',
    'error   millrace.config.ts: it exports no config: export default defineConfig({ contracts: [...] })',
  ],
  [
    'a module that is not installed',
    'millrace.config.mjs',
    `import 'left-pad';\nexport default {};\n`,
    "error   millrace.config.mjs: it can't be loaded: Cannot find module 'left-pad'",
  ],
  [
    'two pipelines that would share their offsets',
    'millrace.yaml',
    'pipelines:\n  a: { topic: t, groupId: g, table: a }\n  b: { topic: t, groupId: g, table: b }\n',
    'error   millrace.yaml: pipelines a and b read the same topic with the same groupId: each would continue at the offsets that the other one committed. Give each its own groupId',
  ],
];

test.each(BROKEN)('check shows %s in one line', async (_, file, text, line) => {
  folder.write(file, text);
  const { code, out } = await folder.run(['check', '--offline']);
  expect(out).toContain(line);
  // The compiler and the loading of the file refuse a wrong type: that is one error.
  expect(out.split('\n').filter((each) => each.startsWith('error'))).toHaveLength(1);
  expect(out).not.toContain('hunter2');
  expect(code).toBe(1);
});

test('check finds no problem in a correct config', async () => {
  folder.write(
    'millrace.config.ts',
    `import { defineConfig, defineContract } from 'millrace';
const orders = defineContract({ name: 'orders', columns: { id: 'Int64' } });
export default defineConfig({
  contracts: [orders],
  pipelines: { orders: { contract: 'orders', topic: 'orders', groupId: 'g', table: 'orders' } },
});
`,
  );
  const { code, out } = await folder.run(['check', '--offline']);
  expect(out).toBe(
    'millrace.config.ts:\n  contract orders: 1 column, read by the engine\nThe servers were not contacted.\n\nNo problems found.\n',
  );
  expect(code).toBe(0);
});

test('check reports what keeps a contract from the engine, with the columns', async () => {
  folder.write(
    'millrace.yaml',
    `contracts:
  orders:
    columns: { id: Int64, key: { type: Nullable(String), from: key }, labels: 'Map(UInt8, String)' }
  others:
    columns: { id: Int64 }
    when: { path: id, in: [1] }
  rest:
    columns: { id: Int64, hash: { type: String, read: hex }, all: { type: String, from: rest } }
pipelines:
  a: { contract: orders, topic: a }
  b: { contract: others, topic: b }
  c: { contract: rest, topic: c }
`,
  );
  const { out } = await folder.run(['check', '--offline']);
  expect(out).toContain(
    'contract orders: 3 columns, read by the reference reader (labels: the engine does not support type Map(UInt8, String))',
  );
  expect(out).toContain('contract others: 1 column, read by the engine');
  expect(out).toContain(
    'contract rest: 3 columns, read by the reference reader (hash: the engine does not support read hex)',
  );
  const json = (await folder.run(['check', '--offline', '--json'])).json();
  expect(json).toMatchObject({
    contracts: [
      {
        name: 'orders',
        readers: [
          { column: 'id', readBy: 'engine' },
          { readBy: 'record' },
          { readBy: 'reference' },
        ],
      },
      { name: 'others' },
      { name: 'rest' },
    ],
  });
});

test('check names contracts that the engine has no memory for, without a problem', async () => {
  const columns = Array.from({ length: 60 }, (_, index) => `c${index}: LowCardinality(String)`);
  const contract = `{ columns: { ${columns.join(', ')} } }`;
  folder.write(
    'millrace.yaml',
    `contracts:\n  first: ${contract}\n  second: ${contract}\npipelines:\n  a: { contract: first, topic: a, groupId: a, table: a }\n  b: { contract: second, topic: b, groupId: b, table: b }\n`,
  );
  const few = await folder.run(['check', '--offline'], { MILLRACE_MEMORY_MIB: '64' });
  expect(few.out).toContain('The engine has no memory left for second, so');
  expect(few.out).toContain('No problems found.');
  const many = await folder.run(['check', '--offline', '--json'], { MILLRACE_MEMORY_MIB: '1024' });
  expect(many.json()).toMatchObject({ ok: true, withoutRoom: [] });
});

test('check reports a pipeline that uses the topic, group or table of the built-in job', async () => {
  folder.write('millrace.yaml', 'pipelines:\n  orders: { groupId: g }\n');
  const { out, code } = await folder.run(['check', '--offline'], { CLICKHOUSE_TABLE: '' });
  expect(out).toContain(
    'warning millrace.yaml: pipeline orders has no topic and table: unless the environment of the worker sets KAFKA_TOPIC and CLICKHOUSE_TABLE, the pipeline uses stream-events and stream_events. Set topic and table for the pipeline',
  );
  expect(code).toBe(0);
  const set = { KAFKA_TOPIC: 'orders', CLICKHOUSE_TABLE: 'orders' };
  expect((await folder.run(['check', '--offline'], set)).out).toContain('No problems found.');
});

test('check reports two pipelines with one topic and one table, however the table is written', async () => {
  const config = (more: string) =>
    `pipelines:\n  a: { topic: t, groupId: g, table: shop.orders }\n  b: { topic: t, groupId: h, table: orders${more} }\n`;
  folder.write('millrace.yaml', config(''));
  const inShop = { CLICKHOUSE_DATABASE: 'shop' };
  const { out, code } = await folder.run(['check', '--offline'], inShop);
  expect(out).toContain(
    'error   millrace.yaml: pipelines a and b move the same topic into the same table: each record would become two rows, so the second one does not start. Remove one of them, or give it another table',
  );
  expect(code).toBe(1);
  expect((await folder.run(['check', '--offline'])).out).toContain('No problems found.');
  folder.write('millrace.yaml', config(', until: now'));
  expect((await folder.run(['check', '--offline'], inShop)).out).toContain('No problems found.');
});

test('check reports a misspelled variable with the right name', async () => {
  const environment = { CLICKHOUSE_PROT: '1', KAFKA_HOME: '/opt/kafka', CLICKHOUSE_USR: 'x' };
  const { out } = await folder.run(['check', '--offline'], environment);
  expect(out.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
    'warning environment: CLICKHOUSE_PROT is not a variable that Millrace reads: did you mean CLICKHOUSE_PORT?',
    'warning environment: CLICKHOUSE_USR is not a variable that Millrace reads: did you mean CLICKHOUSE_USER?',
  ]);
});

test('warnings fail only with --strict', async () => {
  folder.write('millrace.yaml', `contracts:\n  orders:\n${COLUMNS}`);
  const line = 'warning millrace.yaml: no pipeline uses contract orders';
  const lenient = await folder.run(['check', '--offline']);
  expect(lenient.out).toContain(line);
  expect(lenient.code).toBe(0);
  expect((await folder.run(['check', '--offline', '--strict'])).code).toBe(1);
});

test('check reports faults of the environment beside those of the config', async () => {
  folder.write('millrace.yaml', 'pipelines: []\n');
  const ran = await folder.run(['check', '--json'], { CLICKHOUSE_PORT: '9000' });
  expect(ran.json()).toMatchObject({
    ok: false,
    problems: [
      {
        severity: 'error',
        place: 'environment',
        text: expect.stringMatching('CLICKHOUSE_PORT') as string,
      },
      { severity: 'error', place: 'millrace.yaml:1:1' },
    ],
  });
});

test('a folder without a config gets a hint to init', async () => {
  const { code, out } = await folder.run(['check', '--offline']);
  expect(code).toBe(0);
  expect(out).toContain('npx millrace init writes one');
});

test('a config gets no hint to init', async () => {
  folder.write('millrace.yaml', `contracts:\n  orders:\n${COLUMNS}`);
  const { out } = await folder.run(['check', '--offline']);
  expect(out).not.toContain('millrace init');
});
