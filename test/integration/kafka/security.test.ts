// Promise: Read on the topic and Read on the group are all the permissions that are needed, TLS and the three SASL mechanisms
// work, and refusals are reported without a secret. Checked on a real broker with its authorizer on.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect, promisify } from 'node:util';
import kafkajs, { type AclResourceTypes } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findJava } from '../../../dev/stack/find-program.js';
import { freePort } from '../../../dev/stack/free-port.js';
import { type KafkaOptions, createKafka } from '../../../src/adapters/kafka/kafka.js';
import { TopicMissing } from '../../../src/domain/errors.js';
import { type OwnKafka, startOwnKafka } from '../../support/kafka-own-broker.js';
import { runKafkaProgram } from '../../support/kafka-programs.js';
import {
  createTopic,
  kafkajsClient,
  readAll,
  span,
  uniqueName,
  withAdmin,
} from '../../support/kafka-topic.js';

const PASSWORD = 'open sesame';
const GROUP = uniqueName('group');
/** The shortest possible session. */
const SESSION_MS = 2_000;

let broker: OwnKafka;
let folder: string;
let ports: Readonly<Record<'sasl' | 'saslTls' | 'tls' | 'brief' | 'tooBrief', number>>;
let certificate: string;
let topic: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-keys-'));
  const keyStore = join(folder, 'broker.p12');
  const store = ['-keystore', keyStore, '-storepass', 'changeit', '-alias', 'broker'];
  await keytool(
    ...['-genkeypair', '-keyalg', 'RSA', '-dname', 'CN=broker', '-ext', 'san=ip:127.0.0.1'],
    ...[...store, '-storetype', 'PKCS12', '-validity', '30'],
  );
  certificate = await keytool('-exportcert', '-rfc', ...store);
  ports = {
    ...{ sasl: await freePort(), saslTls: await freePort(), tls: await freePort() },
    ...{ brief: await freePort(), tooBrief: await freePort() },
  };
  broker = await startOwnKafka((settings) => {
    const more = [
      `SASL_PLAINTEXT://127.0.0.1:${ports.sasl}`,
      `SASL_SSL://127.0.0.1:${ports.saslTls}`,
      `SSL://127.0.0.1:${ports.tls}`,
      `BRIEF://127.0.0.1:${ports.brief}`,
      `TOO_BRIEF://127.0.0.1:${ports.tooBrief}`,
    ].join();
    const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required user_reader="${PASSWORD}";`;
    const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
    const logins = ['sasl_plaintext', 'sasl_ssl', 'brief', 'too_brief'].flatMap((listener) => [
      [`listener.name.${listener}.plain.sasl.jaas.config`, plain],
      [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`, scram],
      [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`, scram],
    ]);
    return {
      ...settings,
      listeners: `${settings['listeners']!},${more}`,
      'advertised.listeners': `${settings['advertised.listeners']!},${more}`,
      'listener.security.protocol.map': `${settings['listener.security.protocol.map'] ?? ''},BRIEF:SASL_PLAINTEXT,TOO_BRIEF:SASL_PLAINTEXT`,
      ...maxSessionMs('brief', SESSION_MS),
      ...maxSessionMs('too_brief', 1_500),
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
      'ssl.keystore.location': keyStore,
      'ssl.keystore.type': 'PKCS12',
      'ssl.keystore.password': 'changeit',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Clients of the listener without a login may do everything: the test itself, and the broker.
      'super.users': 'User:ANONYMOUS',
      ...(Object.fromEntries(logins) as Record<string, string>),
    };
  });
  topic = await createTopic(broker.address);
  const producer = kafkajsClient(broker.address).producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'a' }, { value: 'b' }] });
  await producer.disconnect();
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512']) {
    await runKafkaProgram('kafka.admin.ConfigCommand', [
      ...['--bootstrap-server', broker.address, '--alter', '--entity-type', 'users'],
      ...['--entity-name', 'reader', '--add-config', `${mechanism}=[password=${PASSWORD}]`],
    ]);
  }
});

afterAll(async () => {
  await broker.stop();
  await rm(folder, { recursive: true });
});

function maxSessionMs(listener: string, ms: number): Record<string, string> {
  const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'];
  return Object.fromEntries(
    mechanisms.map((mechanism) => [
      `listener.name.${listener}.${mechanism}.connections.max.reauth.ms`,
      String(ms),
    ]),
  );
}

async function keytool(...args: readonly string[]): Promise<string> {
  const program = join(dirname(findJava() ?? ''), 'keytool');
  return (await promisify(execFile)(program, [...args])).stdout;
}

async function allow(resourceType: AclResourceTypes, resourceName: string): Promise<void> {
  const acl = {
    ...{ resourceType, resourceName, resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL },
    ...{ principal: 'User:reader', host: '*', operation: kafkajs.AclOperationTypes.READ },
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  };
  await withAdmin(broker.address, (admin) => admin.createAcls({ acl: [acl] }));
}

function login(port: number, options: Partial<KafkaOptions> = {}) {
  return createKafka({
    brokers: [`127.0.0.1:${port}`],
    clientId: 'test',
    tls: null,
    sasl: { mechanism: 'plain', username: 'reader', password: PASSWORD },
    limits: { retryForMs: 1_000 },
    ...options,
  });
}

test('a missing permission is named, and Read on topic and group is enough', async () => {
  const kafka = login(ports.sasl);
  await expect(kafka.source.offsets(topic)).rejects.toBeInstanceOf(TopicMissing);
  await allow(kafkajs.AclResourceTypes.TOPIC, topic);
  await expect.poll(() => kafka.source.offsets(topic).catch(() => null)).not.toBeNull();
  const offsets = [{ partition: 0, offset: 1 }];
  await expect(kafka.groups.commit(GROUP, topic, offsets, '')).rejects.toThrow(
    /GROUP_AUTHORIZATION_FAILED.*grant this user Read on the group/,
  );
  await allow(kafkajs.AclResourceTypes.GROUP, GROUP);
  await expect
    .poll(() => kafka.groups.commit(GROUP, topic, offsets, 'm').catch(() => null))
    .toEqual({ kind: 'committed' });
  expect(await kafka.groups.committed(GROUP, topic)).toEqual([
    { partition: 0, offset: 1, metadata: 'm' },
  ]);
  expect(await kafka.source.offsetsAt(topic, 0)).toEqual(new Map([[0, 0]]));
  expect((await readAll(kafka, topic, [span(0, 0, 2)])).length).toBe(2);
  await kafka.close();
});

for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512'] as const) {
  for (const isEncrypted of [false, true]) {
    test(`logs in with ${mechanism} ${isEncrypted ? 'over' : 'without'} TLS`, async () => {
      await allow(kafkajs.AclResourceTypes.TOPIC, topic);
      const kafka = login(isEncrypted ? ports.saslTls : ports.sasl, {
        sasl: { mechanism, username: 'reader', password: PASSWORD },
        tls: isEncrypted ? { ca: certificate } : null,
      });
      await expect.poll(() => kafka.source.offsets(topic).catch(() => null)).not.toBeNull();
      expect((await readAll(kafka, topic, [span(0, 0, 2)])).length).toBe(2);
      await kafka.close();
    });
  }
}

for (const mechanism of ['plain', 'scram-sha-512'] as const) {
  test(`${mechanism}: a session that the broker ends after ${SESSION_MS} ms is renewed in time on both connections`, async () => {
    await allow(kafkajs.AclResourceTypes.TOPIC, topic);
    await allow(kafkajs.AclResourceTypes.GROUP, GROUP);
    const sasl = { mechanism, username: 'reader', password: PASSWORD };
    const kafka = login(ports.brief, { sasl, limits: {} });
    await expect.poll(() => kafka.source.offsets(topic).catch(() => null)).not.toBeNull();
    const offsets = [{ partition: 0, offset: 1 }];
    for (const endMs = performance.now() + 4 * SESSION_MS; performance.now() < endMs;) {
      expect((await readAll(kafka, topic, [span(0, 0, 2)])).length).toBe(2);
      expect(await kafka.groups.commit(GROUP, topic, offsets, '')).toEqual({ kind: 'committed' });
      await pause(100);
    }
    await kafka.close();
  });
}

test("a session that ends before it can be renewed is reported with the broker's setting", async () => {
  const kafka = login(ports.tooBrief);
  await expect(kafka.source.offsets(topic)).rejects.toThrow(
    `Kafka broker 127.0.0.1:${ports.tooBrief} ends each login after 1500 ms (its setting connections.max.reauth.ms)`,
  );
  await kafka.close();
});

test('a wrong password is refused at once and appears in no message', async () => {
  for (const mechanism of ['plain', 'scram-sha-512'] as const) {
    const kafka = login(ports.sasl, {
      sasl: { mechanism, username: 'reader', password: 'close sesame' },
    });
    const error = await kafka.source.offsets(topic).catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/refused the login: .*Check user, password and mechanism/);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('sesame');
    await kafka.close();
  }
});

test('an untrusted certificate is refused', async () => {
  const kafka = login(ports.tls, { tls: {}, sasl: null });
  await expect(kafka.source.offsets(topic)).rejects.toThrow(/can't be reached: .*self.signed/);
  await kafka.close();
});

test('TLS or a login on one side only is reported as precisely as possible', async () => {
  for (const port of [ports.tls, ports.saslTls]) {
    const withoutTls = login(port, { sasl: null });
    await expect(withoutTls.source.offsets(topic)).rejects.toThrow(
      `Kafka broker 127.0.0.1:${port} closed the connection without an answer: it may expect TLS or a login`,
    );
    await withoutTls.close();
  }
  const withTls = login(Number(broker.address.split(':')[1]), { tls: {}, sasl: null });
  await expect(withTls.source.offsets(topic)).rejects.toThrow(/can't be reached: .*TLS/);
  await withTls.close();
});
