// Promise: a whole pipeline runs over TLS with a login to Kafka, to ClickHouse and to Temporal, with secrets from files. Read on
// the topic and Read on the group are all it needs of Kafka, and with less it reports what is missing and continues once it is
// granted. Checked on a real broker with its authorizer on, and a ClickHouse with a password over TLS.
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import kafkajs from 'kafkajs';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { produceFast } from '../../dev/events/fast-producer.js';
import { freePort } from '../../dev/stack/free-port.js';
import type { PipelineStatus } from '../../src/domain/pipeline/pipeline-status.js';
import { type Certificates, makeCertificates } from '../support/certificates.js';
import { type OwnKafka, startOwnKafka } from '../support/kafka-own-broker.js';
import { runKafkaProgram } from '../support/kafka-programs.js';
import { createTopic, uniqueName, withAdmin } from '../support/kafka-topic.js';
import { stackAddresses } from '../support/stack.js';
import { startTlsGate, type TlsGate } from '../support/tls-gate.js';
import { waitUntil } from '../support/wait-until.js';
import { startWorkerProcess, type WorkerProcess } from '../support/worker-process.js';
import { createFrontFolder, type Front, type FrontFolder } from './front/start-front.js';

const KAFKA_PASSWORD = 'kafka sesame';
const CLICKHOUSE_PASSWORD = 'clickhouse sesame: öffne';
const EVENTS = 3_000;
const PARTITIONS = 2;
const { READ, DESCRIBE } = kafkajs.AclOperationTypes;
const { TOPIC, GROUP } = kafkajs.AclResourceTypes;

let folder: string;
let certificates: Certificates;
let ports: { readonly saslTls: number; readonly tls: number };
let broker: OwnKafka;
let tables: FrontFolder;
let front: Front;
let gate: TlsGate;
let client: Client;
let topic: string;
let group: string;
let worker: WorkerProcess | null = null;
let handle: WorkflowHandle | null = null;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-security-'));
  certificates = await makeCertificates(folder, 'millrace');
  ports = { saslTls: await freePort(), tls: await freePort() };
  broker = await startOwnKafka((settings) => {
    const more = `SASL_SSL://127.0.0.1:${ports.saslTls},SSL://127.0.0.1:${ports.tls}`;
    return {
      ...settings,
      listeners: `${settings['listeners']!},${more}`,
      'advertised.listeners': `${settings['advertised.listeners']!},${more}`,
      'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
      'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': certificates.server.both,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': certificates.ca,
      'listener.name.ssl.ssl.client.auth': 'required',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      // Clients of the listener without a login may do everything: the test itself, and the broker.
      'super.users': 'User:ANONYMOUS',
    };
  });
  await runKafkaProgram('kafka.admin.ConfigCommand', [
    ...['--bootstrap-server', broker.address, '--alter', '--entity-type', 'users'],
    ...['--entity-name', 'mover', '--add-config', `SCRAM-SHA-512=[password=${KAFKA_PASSWORD}]`],
  ]);
  tables = createFrontFolder();
  front = await tables.start(
    ...['--user', 'mover', '--password', CLICKHOUSE_PASSWORD],
    ...['--tls-cert', certificates.server.cert, '--tls-key', certificates.server.key],
  );
  gate = await startTlsGate(stackAddresses().temporal, certificates);
  client = new Client({
    connection: await Connection.connect({ address: stackAddresses().temporal }),
  });
  topic = await createTopic(broker.address, { partitions: PARTITIONS });
  group = uniqueName('group');
  const count = EVENTS;
  const load = { brokers: broker.address, topic, partitions: PARTITIONS, count, seed: 1 };
  await produceFast({ ...load, firstIndex: 0 });
});

afterEach(async () => {
  await handle?.terminate().catch(() => undefined);
  await worker?.stop();
});

afterAll(async () => {
  await client.connection.close();
  await gate.close();
  await tables.remove();
  await broker.stop();
  await rm(folder, { recursive: true });
});

async function secretFile(name: string, secret: string): Promise<string> {
  const path = join(folder, name);
  // As editors and `kubectl create secret` leave it.
  await writeFile(path, `${secret}\n`);
  return path;
}

async function start(
  kafka: Readonly<Record<string, string>>,
  table: string,
): Promise<WorkflowHandle> {
  const name = uniqueName('secure');
  worker = startWorkerProcess({
    TEMPORAL_ADDRESS: gate.address,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.ca,
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.client.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.client.key,
    KAFKA_TOPIC: topic,
    KAFKA_GROUP_ID: group,
    KAFKA_SSL_CA_FILE: certificates.ca,
    CLICKHOUSE_SECURE: 'true',
    CLICKHOUSE_HOST: '127.0.0.1',
    CLICKHOUSE_PORT: String(front.port),
    CLICKHOUSE_CA_FILE: certificates.ca,
    CLICKHOUSE_USER: 'mover',
    CLICKHOUSE_PASSWORD_FILE: await secretFile('clickhouse-password', CLICKHOUSE_PASSWORD),
    CLICKHOUSE_TABLE: table,
    BATCH_INTERVAL_SECONDS: '0.2',
    MILLRACE_TASK_QUEUE: name,
    MILLRACE_LOG_FORMAT: 'json',
    ...kafka,
  });
  await worker.ready();
  return client.workflow.start('pipeline', { workflowId: name, taskQueue: name, args: [] });
}

const login = async () => ({
  KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${ports.saslTls}`,
  KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
  KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
  KAFKA_SASL_USERNAME: 'mover',
  KAFKA_SASL_PASSWORD_FILE: await secretFile('kafka-password', KAFKA_PASSWORD),
});

async function allow(
  principal: string,
  resourceType: kafkajs.AclResourceTypes,
  operation: kafkajs.AclOperationTypes,
): Promise<void> {
  const acl = {
    ...{ principal, host: '*', resourceType, operation },
    resourceName: resourceType === TOPIC ? topic : group,
    resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  };
  await withAdmin(broker.address, (admin) => admin.createAcls({ acl: [acl] }));
}

/** Waits until an attempt has failed with this text. */
async function untilFailing(words: RegExp): Promise<void> {
  let last = '';
  await waitUntil(
    async () => {
      const { raw } = await handle!.describe();
      last = (raw.pendingActivities ?? []).map((each) => each.lastFailure?.message).join();
      return words.test(last);
    },
    { what: `an attempt fails with ${String(words)}` },
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}; it says ${last}`);
  });
}

async function rowsOf(table: string): Promise<number> {
  const options = { method: 'POST', ca: await readFile(certificates.ca) };
  const auth = `mover:${CLICKHOUSE_PASSWORD}`;
  const asked = request(front.url, { ...options, auth }).end(`SELECT count() FROM ${table}`);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return Number(await text(answer)) || 0;
}

async function untilMoved(table: string): Promise<void> {
  await waitUntil(async () => (await rowsOf(table)) === EVENTS, {
    what: 'every event is a row',
  });
}

async function committed(): Promise<number> {
  const offsets = await withAdmin(broker.address, (admin) =>
    admin.fetchOffsets({ groupId: group, topics: [topic] }),
  );
  const found = offsets.flatMap(({ partitions }) => partitions);
  return found.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
}

test('a pipeline with one permission too few names the next missing one, and Read on topic and group is enough', async () => {
  const user = 'User:mover';
  handle = await start(await login(), 'by_password');
  await untilFailing(/does not exist, or this user may not describe it: .*grant Describe/);
  await allow(user, TOPIC, DESCRIBE);
  await untilFailing(/GROUP_AUTHORIZATION_FAILED.*grant this user Read on the group/);
  await allow(user, GROUP, DESCRIBE);
  await untilFailing(/TOPIC_AUTHORIZATION_FAILED.*grant this user Read and Describe on the topic/);
  await allow(user, TOPIC, READ);
  await untilMoved('by_password');
  // Rows are moved without it, and offsets that cannot be committed are a warning.
  await waitUntil(
    async () => {
      const { warnings } = await handle!.query<PipelineStatus>('status');
      return warnings.some((each) => each.includes('GROUP_AUTHORIZATION_FAILED'));
    },
    { what: 'the refused commit is a warning' },
  );
  expect(await committed()).toBe(0);
  await handle.terminate();
  await worker?.stop();

  // Exactly the two, and none of the permissions granted on the way.
  await withAdmin(broker.address, (admin) =>
    admin.deleteAcls({
      filters: [TOPIC, GROUP].map((resourceType) => ({
        ...{ resourceType, operation: DESCRIBE, principal: user },
        resourcePatternType: kafkajs.ResourcePatternTypes.LITERAL,
        permissionType: kafkajs.AclPermissionTypes.ALLOW,
      })),
    }),
  );
  await allow(user, GROUP, READ);
  handle = await start(await login(), 'by_password');
  await waitUntil(async () => (await committed()) === EVENTS, {
    what: 'all offsets are committed',
  });
  expect(await rowsOf('by_password')).toBe(EVENTS);
});

test('a client certificate is accepted as a login', async () => {
  const user = 'User:CN=millrace';
  await allow(user, TOPIC, READ);
  await allow(user, GROUP, READ);
  const kafka = {
    KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${ports.tls}`,
    KAFKA_SECURITY_PROTOCOL: 'SSL',
    KAFKA_SSL_CERT_FILE: certificates.client.cert,
    KAFKA_SSL_KEY_FILE: certificates.client.key,
    KAFKA_GROUP_ID: group,
  };
  group = uniqueName('group');
  await allow(user, GROUP, READ);
  handle = await start({ ...kafka, KAFKA_GROUP_ID: group }, 'by_certificate');
  await untilMoved('by_certificate');
});

test('Temporal accepts the client certificate, and refuses connections without one', async () => {
  expect(gate.clients()).toContain('millrace');
  const bare = startWorkerProcess({
    TEMPORAL_ADDRESS: gate.address,
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.ca,
  });
  await waitUntil(() => bare.log().includes('Waiting for Temporal'), {
    what: 'the worker says that it waits',
  });
  await bare.stop();
});

test('an API key is sent to Temporal as a bearer token and appears in no log', async () => {
  const keyed = startWorkerProcess({
    TEMPORAL_ADDRESS: gate.address,
    TEMPORAL_API_KEY: 'MARKED-API-KEY',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.ca,
    TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.client.cert,
    TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.client.key,
    MILLRACE_LOG_LEVEL: 'DEBUG',
  });
  await keyed.ready();
  await keyed.stop();
  expect(gate.authorizations()).toContain('Bearer MARKED-API-KEY');
  expect(keyed.log()).not.toContain('MARKED-API-KEY');
});
