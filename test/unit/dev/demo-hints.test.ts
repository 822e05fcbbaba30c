// Promise: the lines that the demo prints reach all of its servers, and name verbs of the command that exist. Checked on the text
// for a stack and a pipeline.
import { expect, test } from 'vitest';
import { demoHints } from '../../../dev/demo/demo-hints.js';
import { VERBS } from '../../../src/cli/verbs.js';

const text = demoHints(
  {
    addresses: {
      temporal: '127.0.0.1:7001',
      temporalUi: 'http://127.0.0.1:7002',
      kafka: '127.0.0.1:7003',
      clickHouse: 'http://127.0.0.1:7004',
    },
    temporalProgram: '/cache/temporal/temporal',
  },
  { workflowId: 'orders', table: 'shop.orders' },
  'npx millrace',
);

test('one export line has the addresses of all servers', () => {
  expect(text).toContain(
    '\nexport TEMPORAL_ADDRESS=127.0.0.1:7001 KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:7003 CLICKHOUSE_HOST=127.0.0.1 CLICKHOUSE_PORT=7004\n',
  );
});

test('the pipeline can be paused and resumed with the command and with Temporal', () => {
  const used = [...text.matchAll(/^npx millrace (\w+) orders/gm)].map(([, verb]) => verb);
  expect(used).toEqual(['status', 'pause', 'resume']);
  expect(VERBS.map(({ name }) => name)).toEqual(expect.arrayContaining(used));
  expect(text).toContain('temporal workflow signal --workflow-id orders --name resume');
});
