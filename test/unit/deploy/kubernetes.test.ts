// Promise: deploy/kubernetes fits the product and is consistent: the worker accepts the environment, passwords come from files
// of the secret, probes use the address where the worker answers, a pod has a longer grace period than the worker, and no
// unneeded permission is granted. Checked on the files, as `kubectl apply --kustomize` reads them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { ENVIRONMENT, parseConfig } from '../../../src/config/environment.js';
import { FORCE_MS } from '../../../src/worker/run-workers.js';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly image: string;
  readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

interface Resource {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas: number;
    readonly minAvailable: number;
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: Record<'labels' | 'annotations', Readonly<Record<string, string>>>;
      readonly spec: {
        readonly containers: readonly Container[];
        readonly enableServiceLinks: boolean;
        readonly automountServiceAccountToken: boolean;
        readonly terminationGracePeriodSeconds: number;
        readonly securityContext: object;
        readonly volumes: readonly {
          readonly name: string;
          readonly secret: { readonly secretName: string };
        }[];
      };
    };
  };
}

const folder = new URL('../../../deploy/kubernetes/', import.meta.url);
const textOf = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const LIST = 'kustomization.yaml';
const list = parse(textOf(LIST)) as {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string; readonly newTag: string }[];
};
const resources = list.resources.flatMap((file) =>
  parseAllDocuments(textOf(file)).map((document) => document.toJS() as Resource),
);

function only(kind: string): Resource {
  const found = resources.filter((resource) => resource.kind === kind);
  expect(found).toHaveLength(1);
  return found[0]!;
}

const settings = only('ConfigMap');
const deployment = only('Deployment').spec!;
const { spec: pod, metadata: podMetadata } = deployment.template;
const [worker] = pod.containers as readonly [Container];
const files = Object.fromEntries(worker.env.map(({ name, value }) => [name, value]));
const parsed = parseConfig({ ...settings.data, ...files }, (path) => `content of ${path}`);

/** What `kubectl create secret`, as shown in the first lines of the list, puts into the secret. */
const command = /create secret generic (\S+)((?: --from-literal=\S+)+)/.exec(textOf(LIST));
const secretName = command?.[1];
const secretKeys = [...(command?.[2] ?? '').matchAll(/--from-literal=([^=]+)=/g)].map(
  ([, key]) => key,
);

const portNamed = (name: string) => worker.ports.find((port) => port.name === name)?.containerPort;

test('the list names every file, and every file that it names exists', () => {
  const there = readdirSync(folder).filter((file) => file !== LIST);
  expect(list.resources.toSorted()).toEqual(there.toSorted());
  for (const file of list.resources) expect(existsSync(new URL(file, folder))).toBe(true);
});

test('the worker accepts this environment, and reads every variable of it', () => {
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  expect(worker.envFrom).toEqual([{ configMapRef: { name: settings.metadata.name } }]);
  const known = Object.keys(ENVIRONMENT.shape);
  const read = new Set([...known, ...known.map((name) => `${name}_FILE`)]);
  const given = [...Object.keys(settings.data ?? {}), ...Object.keys(files)];
  expect(
    given.filter((name) => !read.has(name)),
    'variables that only Temporal reads',
  ).toEqual(['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']);
  for (const value of Object.values(settings.data ?? {})) expect(value).toBeTypeOf('string');
});

test('passwords are in files of the secret, and nowhere else', () => {
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  const [volume] = pod.volumes;
  const [mount] = worker.volumeMounts;
  expect(volume?.secret.secretName).toBe(secretName);
  expect(mount?.name).toBe(volume?.name);
  const paths = secretKeys.map((key) => `${mount?.mountPath}/${key}`);
  expect(Object.values(files).toSorted()).toEqual(paths.toSorted());
  expect(parsed.config.clickhouse.password).toMatch(/^content of .*clickhouse-password$/);
  expect(parsed.config.kafka.sasl?.password).toMatch(/^content of .*kafka-password$/);
  expect(Object.keys(settings.data ?? {}).filter((name) => /PASSWORD|KEY/.test(name))).toEqual([]);
});

test('probes and scraping use the address where the worker answers', () => {
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  const { healthAddress, metricsAddress } = parsed.config;
  expect(healthAddress).toBe(`0.0.0.0:${portNamed('health')}`);
  expect(metricsAddress).toBe(`0.0.0.0:${portNamed('metrics')}`);
  expect(worker.livenessProbe.httpGet).toEqual({ path: '/live', port: 'health' });
  expect(worker.readinessProbe.httpGet).toEqual({ path: '/ready', port: 'health' });
  expect(podMetadata.annotations).toEqual({
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(portNamed('metrics')),
    'prometheus.io/path': '/metrics',
  });
});

test('the grace period of a pod is longer than the shutdown of its worker', () => {
  expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThanOrEqual(FORCE_MS + 10_000);
});

test('a worker stays available when a node is drained', () => {
  const budget = only('PodDisruptionBudget').spec!;
  expect(budget.minAvailable).toBe(1);
  expect(deployment.replicas).toBeGreaterThan(budget.minAvailable);
  expect(budget.selector.matchLabels).toEqual(podMetadata.labels);
  expect(deployment.selector.matchLabels).toEqual(podMetadata.labels);
});

test('a pod has no unneeded permissions, and Services add nothing to its environment', () => {
  expect(pod).toMatchObject({
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(worker.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
});

test('memory is bounded above the limit of batches, and the image has this version', () => {
  if (parsed.kind === 'invalid') throw new Error(parsed.faults.join('\n'));
  const requested = Number(/^(\d+)Mi$/.exec(worker.resources.requests['memory'] ?? '')?.[1]);
  expect(requested).toBeGreaterThan(parsed.config.memoryMiB * 2);
  expect(worker.resources.limits).toHaveProperty('memory');
  const { version } = parse(
    readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(list.images).toEqual([{ name: worker.image, newTag: version }]);
});
