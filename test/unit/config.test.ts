// Promise: the environment is understood whole or refused whole: every fault named, none quoting a value. The old job's
// names keep working.
import { expect, test } from 'vitest';
import { type Config, parseConfig } from '../../src/config.js';

const files: Record<string, string> = { '/run/secret': 's3cret\n', '/ca.pem': 'CA' };

function readFile(path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error('ENOENT');
  return text;
}

function valid(environment: Record<string, string>): Config {
  const parsed = parseConfig(environment, readFile);
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  return parsed.config;
}

function faults(environment: Record<string, string>): string {
  const parsed = parseConfig(environment, readFile);
  return parsed.kind === 'invalid' ? parsed.faults.join('\n') : '';
}

test('an empty environment is the old job on localhost', () => {
  expect(valid({})).toMatchObject({
    kafka: { brokers: ['localhost:9092'], tls: null, sasl: null },
    clickhouse: { url: 'http://localhost:8123', database: 'default', user: 'default' },
    defaults: {
      topic: 'stream-events',
      groupId: 'spark-stream-group',
      table: 'stream_events',
      database: 'default',
      intervalSeconds: 10,
    },
    taskQueue: 'millrace',
    createTables: true,
    notices: [],
  });
});

test('empty counts as unset', () => {
  expect(valid({ KAFKA_TOPIC: '', BATCH_INTERVAL_SECONDS: '' })).toEqual(valid({}));
});

test("the old job's settings are taken over, its checkpoint folder with a notice", () => {
  const config = valid({
    KAFKA_BOOTSTRAP_SERVERS: 'a:9092, b:9093',
    KAFKA_TOPIC: 't',
    KAFKA_GROUP_ID: 'g',
    CLICKHOUSE_HOST: 'ch',
    CLICKHOUSE_PORT: '8124',
    CLICKHOUSE_DATABASE: 'db',
    CLICKHOUSE_TABLE: 'tab',
    CLICKHOUSE_USER: 'u',
    CLICKHOUSE_PASSWORD: 'p',
    BATCH_INTERVAL_SECONDS: '0.5',
    CHECKPOINT_LOCATION: '/tmp/checkpoints',
  });
  expect(config.kafka.brokers).toEqual(['a:9092', 'b:9093']);
  expect(config.clickhouse).toMatchObject({ url: 'http://ch:8124', user: 'u', password: 'p' });
  expect(config.defaults).toEqual({
    topic: 't',
    groupId: 'g',
    table: 'tab',
    database: 'db',
    intervalSeconds: 0.5,
  });
  expect(config.notices).toEqual([expect.stringContaining('state of the workflow')]);
});

test("the native protocol's port is refused with the right one", () => {
  expect(faults({ CLICKHOUSE_PORT: '9000' })).toMatch(/native protocol.*8123/);
});

test('all faults are reported at once, without their values', () => {
  const text = faults({
    KAFKA_BOOTSTRAP_SERVERS: 'http://oops',
    CLICKHOUSE_PORT: 'eight',
    BATCH_INTERVAL_SECONDS: '-1',
    MILLRACE_CREATE_TABLES: 'maybe',
    MILLRACE_METRICS_ADDRESS: 'nine',
    TEMPORAL_TLS: 'TRUE',
  });
  for (const name of [
    'KAFKA_BOOTSTRAP_SERVERS',
    'CLICKHOUSE_PORT',
    'BATCH_INTERVAL_SECONDS',
    'MILLRACE_CREATE_TABLES',
    'MILLRACE_METRICS_ADDRESS',
    'TEMPORAL_TLS',
  ]) {
    expect(text).toContain(`${name}: `);
  }
  expect(text).not.toMatch(/oops|eight|maybe|nine|TRUE/);
});

test('an address that carries a login is refused, for addresses stand in messages', () => {
  for (const name of ['CLICKHOUSE_HOST', 'KAFKA_BOOTSTRAP_SERVERS']) {
    for (const value of ['mover:sesame@there:9092', 'sesame@there:9092', 'there?key=sesame']) {
      expect(faults({ [name]: value }), value).toMatch(RegExp(`^${name}: give `));
      expect(faults({ [name]: value })).not.toContain('sesame');
    }
  }
});

test('secrets come from files too, but not from two places', () => {
  expect(valid({ CLICKHOUSE_PASSWORD_FILE: '/run/secret' }).clickhouse.password).toBe('s3cret');
  expect(faults({ CLICKHOUSE_PASSWORD_FILE: '/run/secret', CLICKHOUSE_PASSWORD: 'x' })).toContain(
    'give one',
  );
  expect(faults({ CLICKHOUSE_PASSWORD_FILE: '/nowhere' })).toContain('CLICKHOUSE_PASSWORD_FILE');
});

test('security settings that belong together are asked for together', () => {
  expect(faults({ KAFKA_SECURITY_PROTOCOL: 'SASL_SSL' })).toContain('KAFKA_SASL_MECHANISM');
  expect(faults({ KAFKA_SASL_USERNAME: 'u' })).toContain('SASL_SSL');
  expect(faults({ KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_SSL_CERT_FILE: '/ca.pem' })).toContain(
    'belong together',
  );
  expect(
    valid({
      KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD_FILE: '/run/secret',
      KAFKA_SSL_CA_FILE: '/ca.pem',
    }).kafka,
  ).toMatchObject({
    tls: { ca: 'CA' },
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 's3cret' },
  });
});

test('TLS to ClickHouse changes scheme and port', () => {
  expect(
    valid({ CLICKHOUSE_SECURE: 'true', CLICKHOUSE_CA_FILE: '/ca.pem' }).clickhouse,
  ).toMatchObject({
    url: 'https://localhost:8443',
    ca: 'CA',
  });
});
