// Promise: the environment is accepted completely or refused completely: every fault is named, and none quotes a value. The old
// job's names keep working.
import { expect, test } from 'vitest';
import { type Config, parseConfig } from '../../../src/config/environment.js';

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

test('an empty environment gives the settings of the old job on localhost', () => {
  expect(valid({})).toMatchObject({
    kafka: { brokers: ['localhost:9092'], tls: null, sasl: null, rack: null },
    clickhouse: { urls: ['http://localhost:8123'], database: 'default', user: 'default' },
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

test('an empty variable counts as unset', () => {
  expect(valid({ KAFKA_TOPIC: '', BATCH_INTERVAL_SECONDS: '' })).toEqual(valid({}));
});

test("the old job's settings are accepted, and its checkpoint folder gives a notice", () => {
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
  expect(config.clickhouse).toMatchObject({ urls: ['http://ch:8124'], user: 'u', password: 'p' });
  expect(config.defaults).toEqual({
    topic: 't',
    groupId: 'g',
    table: 'tab',
    database: 'db',
    intervalSeconds: 0.5,
    failoverSeconds: 3,
  });
  expect(config.notices).toEqual([expect.stringContaining('the workflow keeps the checkpoints')]);
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

test('an address that contains a login is refused, because messages quote addresses', () => {
  for (const name of ['CLICKHOUSE_HOST', 'KAFKA_BOOTSTRAP_SERVERS']) {
    for (const value of ['mover:sesame@there:9092', 'sesame@there:9092', 'there?key=sesame']) {
      expect(faults({ [name]: value }), value).toMatch(RegExp(`^${name}: give `));
      expect(faults({ [name]: value })).not.toContain('sesame');
    }
  }
});

test('secrets can also come from files, but not from two sources', () => {
  expect(valid({ CLICKHOUSE_PASSWORD_FILE: '/run/secret' }).clickhouse.password).toBe('s3cret');
  expect(faults({ CLICKHOUSE_PASSWORD_FILE: '/run/secret', CLICKHOUSE_PASSWORD: 'x' })).toContain(
    'give one',
  );
  expect(faults({ CLICKHOUSE_PASSWORD_FILE: '/nowhere' })).toContain('CLICKHOUSE_PASSWORD_FILE');
});

test('security settings that belong together are required together', () => {
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
    urls: ['https://localhost:8443'],
    ca: 'CA',
  });
});

test.each([
  ['clickhouse:', /a port is a number/],
  ['clickhouse:70000', /a port is a number/],
  ['clickhouse:9000', /native protocol.*8123/],
  ['a,b:9440', /native protocol.*8123/],
  ['tcp://clickhouse', /http:\/\/ or https:\/\//],
  ['http://clickhouse:8123/events', /CLICKHOUSE_DATABASE/],
  ['http://clickhouse?database=x', /CLICKHOUSE_DATABASE/],
  ['clickhouse/events', /CLICKHOUSE_DATABASE/],
  ['clickhouse/', /leave out the path/],
  ['click house', /neither a name nor an IP address/],
  ['a b,c', /neither a name nor an IP address/],
  ['a,,b', /remove the extra comma/],
  ['a,', /remove the extra comma/],
  ['::1::', /neither a name nor an IP address/],
  ['[10.0.0.1]', /neither a name nor an IP address/],
  ['ho%st', /neither a name nor an IP address/],
])('CLICKHOUSE_HOST=%s is refused with the right setting', (host, words) => {
  const text = faults({ CLICKHOUSE_HOST: host });
  expect(text).toMatch(/^CLICKHOUSE_HOST: give a host, or several separated by commas: /);
  expect(text).toMatch(words);
  expect(text).not.toContain(host);
});

test.each([
  ['::1', ['http://[::1]:8123']],
  ['[fe80::1]', ['http://[fe80::1]:8123']],
  [' clickhouse.example ', ['http://clickhouse.example:8123']],
  ['click_house', ['http://click_house:8123']],
  ['127.0.0.1:8124', ['http://127.0.0.1:8124']],
  ['a, b:8124, [::1]:8125', ['http://a:8123', 'http://b:8124', 'http://[::1]:8125']],
  ['https://a, http://b:8124/, a', ['https://a:8443', 'http://b:8124', 'http://a:8123']],
  ['a,a:8123,http://a', ['http://a:8123']],
])('CLICKHOUSE_HOST=%s is read as %j', (host, urls) => {
  expect(valid({ CLICKHOUSE_HOST: host }).clickhouse.urls).toEqual(urls);
});

test('the port and TLS of the environment apply to every host that names none', () => {
  const environment = {
    CLICKHOUSE_HOST: 'a,b:8124',
    CLICKHOUSE_PORT: '8443',
    CLICKHOUSE_SECURE: 'true',
  };
  expect(valid(environment).clickhouse.urls).toEqual(['https://a:8443', 'https://b:8124']);
});

test.each([
  ['kafka://a:9092', /leave out the scheme.*KAFKA_SECURITY_PROTOCOL/],
  ['a', /port is missing.*9092/],
  ['a:9092,b', /port is missing.*9092/],
  ['a:', /port is missing.*9092/],
  ['a:9092,,b:9092', /remove the extra comma/],
  ['a:9092,', /remove the extra comma/],
  [' , ', /remove the extra comma/],
  ['a:9092 b:9092', /must not contain spaces/],
  ['a:9092/topic', /must not contain .* a path/],
  ['::1', /in brackets/],
  ['a:0', /1 to 65535/],
  ['a:65536', /1 to 65535/],
  ['[nothing]:9092', /port is missing|a name or an IP address/],
])('KAFKA_BOOTSTRAP_SERVERS=%s is refused with the right setting', (list, words) => {
  const text = faults({ KAFKA_BOOTSTRAP_SERVERS: list });
  expect(text).toMatch(/^KAFKA_BOOTSTRAP_SERVERS: give HOST:PORT, several separated by commas: /);
  expect(text).toMatch(words);
});

test('brokers may be IPv6 addresses in brackets', () => {
  const brokers = ['[::1]:9092', 'b.example:9093'];
  expect(valid({ KAFKA_BOOTSTRAP_SERVERS: brokers.join(', ') }).kafka.brokers).toEqual(brokers);
});

test('a topic name that Kafka does not allow is refused', () => {
  for (const topic of ['.', '..', 'a topic', 'a/b', 'ä', 'a:b', 'x'.repeat(250)]) {
    const text = faults({ KAFKA_TOPIC: topic });
    expect(text).toMatch(/^KAFKA_TOPIC: the name of a topic has 1 to 249 characters/);
  }
  for (const topic of ['...', '_a.b-C9', 'x'.repeat(249)]) {
    expect(valid({ KAFKA_TOPIC: topic }).defaults.topic).toBe(topic);
  }
});
