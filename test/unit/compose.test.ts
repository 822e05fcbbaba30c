// Promise: docker-compose.yml fits the product: the worker reads every variable that it gets, they point at the services and
// ports of the file, every service is pinned, has a health check and is awaited, and the profile `observability` finds its files
// and the worker's metrics.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { ENVIRONMENT, parseConfig } from '../../src/config/environment.js';
import { FORCE_MS } from '../../src/worker/run-workers.js';

interface Service {
  image?: string;
  build?: unknown;
  command?: string;
  environment?: Record<string, string | number>;
  ports?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  volumes?: string[];
  profiles?: string[];
  stop_grace_period?: string;
}

const root = new URL('../../', import.meta.url);
const compose = parse(readFileSync(new URL('docker-compose.yml', root), 'utf8')) as {
  services: Record<string, Service>;
};
const { temporal, kafka, clickhouse, worker } = compose.services as Record<
  'temporal' | 'kafka' | 'clickhouse' | 'worker',
  Service
>;
const TEMPORAL_OWN = ['TEMPORAL_ADDRESS'];

const environmentOf = (service: Service) =>
  Object.fromEntries(
    Object.entries(service.environment ?? {}).map(([name, value]) => [name, String(value)]),
  );

test('the worker receives only variables that it reads', () => {
  const known = [...Object.keys(ENVIRONMENT.shape), ...TEMPORAL_OWN];
  expect(Object.keys(worker.environment ?? {}).filter((name) => !known.includes(name))).toEqual([]);
});

test("the worker's environment is valid, and reaches the services of the file", () => {
  const parsed = parseConfig(environmentOf(worker), () => '');
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  const { config } = parsed;
  expect(config.kafka.brokers).toEqual(['kafka:19092']);
  expect(environmentOf(kafka)['KAFKA_ADVERTISED_LISTENERS']).toContain('INTERNAL://kafka:19092');
  expect(config.clickhouse).toMatchObject({
    urls: ['http://clickhouse:8123'],
    user: environmentOf(clickhouse)['CLICKHOUSE_USER'],
    password: environmentOf(clickhouse)['CLICKHOUSE_PASSWORD'],
  });
  expect(environmentOf(worker)['TEMPORAL_ADDRESS']).toBe('temporal:7233');
});

test('programs on the host reach every server at its usual port, on loopback only', () => {
  const ports = [temporal, kafka, clickhouse].flatMap(({ ports: list = [] }) => list);
  expect(ports).toEqual([
    '127.0.0.1:7233:7233',
    '127.0.0.1:8233:8233',
    '127.0.0.1:9092:9092',
    '127.0.0.1:8123:8123',
  ]);
  expect(environmentOf(kafka)['KAFKA_ADVERTISED_LISTENERS']).toContain('HOST://localhost:9092');
});

test('images are pinned, servers have health checks, and their clients wait for them', () => {
  for (const [name, service] of Object.entries(compose.services)) {
    if (service.image === undefined) {
      expect(service.build, name).toBeDefined();
    } else {
      expect(service.image, name).toMatch(/:v?\d+(\.\d+)+$/);
      expect(service.healthcheck?.test.length, name).toBeGreaterThan(1);
    }
    for (const [needed, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect([needed, condition]).toEqual([needed, 'service_healthy']);
    }
  }
  expect(Object.keys(worker.depends_on ?? {})).toEqual(['temporal', 'kafka', 'clickhouse']);
});

test('the grace period of the worker is longer than its shutdown', () => {
  const seconds = Number(/^(\d+)s$/.exec(worker.stop_grace_period ?? '')?.[1]);
  expect(seconds * 1_000).toBeGreaterThanOrEqual(FORCE_MS + 10_000);
});

test('no port is open to other machines', () => {
  for (const { ports = [] } of Object.values(compose.services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

test("the profile observability mounts existing files and scrapes the worker's metrics", () => {
  const services = Object.values(compose.services).filter(({ profiles = [] }) =>
    profiles.includes('observability'),
  );
  expect(services).toHaveLength(2);
  const mounted = services.flatMap(({ volumes = [] }) =>
    volumes.map((each) => each.split(':')[0]!),
  );
  for (const path of mounted.filter((each) => each.startsWith('./'))) {
    expect([path, existsSync(new URL(path, root))]).toEqual([path, true]);
  }
  const config = parse(readFileSync(new URL('deploy/prometheus/prometheus.yml', root), 'utf8')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[];
  };
  const port = environmentOf(worker)['MILLRACE_METRICS_ADDRESS']?.split(':')[1];
  const [{ static_configs: [{ targets } = { targets: [] }] } = { static_configs: [] }] =
    config.scrape_configs;
  expect(targets).toEqual([`worker:${port}`]);
});

test('.env.example names every variable once, and its values are valid', () => {
  const lines = readFileSync(new URL('.env.example', root), 'utf8')
    .split('\n')
    .filter((line) => /^\w+=/.test(line));
  const example: Record<string, string> = {};
  for (const line of lines)
    example[line.slice(0, line.indexOf('='))] = line.slice(line.indexOf('=') + 1);
  const internal = ['CHECKPOINT_LOCATION', 'TEMPORAL_TLS'];
  expect(Object.keys(ENVIRONMENT.shape).filter((name) => !(name in example))).toEqual(internal);
  expect(lines).toHaveLength(Object.keys(example).length);
  expect(parseConfig(example, () => '').kind).toBe('valid');
});

test('servers of compose files have the versions that SUPPORT.md names as tested', () => {
  const support = readFileSync(new URL('SUPPORT.md', root), 'utf8');
  const init = readFileSync(new URL('src/cli/init/surrounding-files.ts', root), 'utf8');
  const images = [
    ...Object.values(compose.services).map(({ image = '' }) => image),
    ...[...init.matchAll(/image: (\S+)/g)].map(([, image = '']) => image),
  ];
  for (const [server, image] of [
    ['ClickHouse', 'clickhouse/clickhouse-server'],
    ['Kafka', 'apache/kafka'],
  ] as const) {
    const [, tested = ''] = RegExp(`\\| ${server} +\\| (.*?) +\\|`).exec(support) ?? [];
    const tags = images.filter((each) => each.startsWith(image)).map((each) => each.split(':')[1]);
    expect(tags).toHaveLength(2);
    for (const tag of tags) expect(tested.replaceAll(',', ' ').split(' ')).toContain(tag);
  }
});
