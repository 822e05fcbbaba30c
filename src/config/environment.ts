import { z } from 'zod';
import { FAILOVER_SECONDS } from '../domain/limits.js';
import { brokers, clickHouseHosts, NATIVE_PORT, NATIVE_PORTS } from './addresses.js';
import { nearestName } from '../domain/nearest-name.js';
import { plainMessages } from '../domain/plain-messages.js';
import { isTopicName, TOPIC_NAME_RULE } from '../domain/pipeline/input.js';
import { DEFAULT_TASK_QUEUE } from '../domain/pipeline/task-queues.js';

/** The settings of the worker, parsed once. Holds secrets: never log it. */
export interface Config {
  readonly kafka: KafkaConfig;
  readonly clickhouse: ClickHouseConfig;
  /** Defaults for what the input of a pipeline leaves out. */
  readonly defaults: {
    readonly topic: string;
    readonly groupId: string;
    readonly table: string;
    readonly database: string;
    readonly intervalSeconds: number;
    readonly failoverSeconds: number;
  };
  /** Temporal's task queue (`MILLRACE_TASK_QUEUE`). */
  readonly taskQueue: string;
  /** The config file (`MILLRACE_CONFIG`); null: the one in the working directory, if there is one. */
  readonly configFile: string | null;
  /** Whether the worker creates missing tables (`MILLRACE_CREATE_TABLES`). */
  readonly createTables: boolean;
  /** The reader of records (`MILLRACE_DECODER`): `bytes` is the fastest; all three make the same rows. */
  readonly decoder: 'bytes' | 'reference' | 'zod';
  /** Memory for the records that are being processed, in MiB (`MILLRACE_MEMORY_MIB`). */
  readonly memoryMiB: number;
  /** `IP:PORT` of Millrace's and Temporal's metrics; null: none. */
  readonly metricsAddress: string | null;
  /** `HOST:PORT` of the health checks; null: none. */
  readonly healthAddress: string | null;
  /** Null: `pretty` on a terminal, else `json`. */
  readonly logFormat: 'json' | 'pretty' | null;
  readonly logLevel: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  /** Notes to log at start. None of them keeps the worker from starting. */
  readonly notices: readonly string[];
}

/** How to connect to Kafka. Holds secrets: never log it. */
export interface KafkaConfig {
  /** `HOST:PORT` of the bootstrap brokers. */
  readonly brokers: readonly string[];
  /** Null: no TLS. */
  readonly tls: TlsFiles | null;
  /** Null: no login. */
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  /** The rack of this worker (`KAFKA_CLIENT_RACK`): with it, brokers can name the nearest replica to read from. */
  readonly rack: string | null;
}

/** Contents of PEM files. Without `ca`, the certificate authorities that Node trusts are used. */
export interface TlsFiles {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** How to connect to ClickHouse. Holds secrets: never log it. */
export interface ClickHouseConfig {
  /** URLs of all replicas, in the order in which they are tried. */
  readonly urls: readonly string[];
  /** The database of tables that are named without one. */
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Contents of a PEM file with the certificate authorities to trust; null: those that Node trusts. */
  readonly ca: string | null;
}

export type ParsedConfig =
  | { readonly kind: 'valid'; readonly config: Config }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] };

const text = (fallback: string) => z.string().default(fallback);
const optional = z.string().optional();
const IPV6 = String.raw`\[[\da-fA-F:.]+\]`;
const hostAndPort = z
  .string()
  .regex(RegExp(`^([^\\s:]+|${IPV6}):\\d{1,5}$`), 'give HOST:PORT, for example 127.0.0.1:9465')
  .optional();
/** An IP, because Temporal's runtime listens there and does not resolve host names. */
const ipAndPort = z
  .string()
  .regex(
    RegExp(`^(\\d{1,3}(\\.\\d{1,3}){3}|${IPV6}):\\d{1,5}$`),
    'give IP:PORT, for example 127.0.0.1:9464, or 0.0.0.0:9464 for all interfaces',
  )
  .optional();

/** Every variable that the worker reads, apart from Temporal's own. */
export const ENVIRONMENT = z.object({
  KAFKA_BOOTSTRAP_SERVERS: text('localhost:9092').pipe(brokers()),
  KAFKA_TOPIC: text('stream-events').refine(isTopicName, TOPIC_NAME_RULE),
  KAFKA_GROUP_ID: text('spark-stream-group'),
  KAFKA_CLIENT_RACK: optional,
  KAFKA_SECURITY_PROTOCOL: z
    .enum(['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'])
    .default('PLAINTEXT'),
  KAFKA_SASL_MECHANISM: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']).optional(),
  KAFKA_SASL_USERNAME: optional,
  KAFKA_SASL_PASSWORD: optional,
  KAFKA_SSL_CA_FILE: optional,
  KAFKA_SSL_CERT_FILE: optional,
  KAFKA_SSL_KEY_FILE: optional,
  CLICKHOUSE_HOST: text('localhost').pipe(clickHouseHosts()),
  CLICKHOUSE_PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .refine((port) => !NATIVE_PORTS.includes(port), NATIVE_PORT)
    .optional(),
  CLICKHOUSE_SECURE: z.stringbool().default(false),
  CLICKHOUSE_CA_FILE: optional,
  CLICKHOUSE_DATABASE: text('default'),
  CLICKHOUSE_TABLE: text('stream_events'),
  CLICKHOUSE_USER: text('default'),
  CLICKHOUSE_PASSWORD: text(''),
  BATCH_INTERVAL_SECONDS: z.coerce.number().min(0.05).max(86_400).default(10),
  CHECKPOINT_LOCATION: optional,
  MILLRACE_TASK_QUEUE: text(DEFAULT_TASK_QUEUE),
  MILLRACE_CONFIG: optional,
  MILLRACE_CREATE_TABLES: z.stringbool().default(true),
  MILLRACE_DECODER: z.enum(['bytes', 'reference', 'zod']).default('bytes'),
  MILLRACE_MEMORY_MIB: z.coerce.number().int().min(64).max(65_536).default(256),
  MILLRACE_FAILOVER_SECONDS: z.coerce.number().min(1).max(60).default(FAILOVER_SECONDS),
  MILLRACE_METRICS_ADDRESS: ipAndPort,
  MILLRACE_HEALTH_ADDRESS: hostAndPort,
  MILLRACE_LOG_FORMAT: z.enum(['json', 'pretty']).optional(),
  MILLRACE_LOG_LEVEL: z.enum(['DEBUG', 'INFO', 'WARN', 'ERROR']).default('INFO'),
  // Temporal turns TLS on for `true` and `1` only. It would take any other word, such as `yes`, as off.
  TEMPORAL_TLS: z.enum(['true', 'false', '1', '0']).optional(),
});
type Environment = z.infer<typeof ENVIRONMENT>;

/** Secrets that may be in a file instead. The same variable with the suffix `_FILE` names the file. */
const SECRETS = ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD', 'CLICKHOUSE_PASSWORD'] as const;

/**
 * Reads the environment. An empty variable counts as unset. All faults are reported together, and none quotes a value.
 * `readFile` returns the text of a file, and throws if it can't read it.
 */
export function parseConfig(
  environment: Readonly<Record<string, string | undefined>>,
  readFile: (path: string) => string,
): ParsedConfig {
  const faults: string[] = [];
  const read = (name: string, path: string): string => {
    try {
      return readFile(path);
    } catch {
      faults.push(`${name}: the file it names can't be read`);
      return '';
    }
  };
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  for (const name of SECRETS) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) faults.push(`${name} and ${name}_FILE are both set: give one`);
    else given[name] = read(`${name}_FILE`, path).trimEnd();
  }
  const parsed = ENVIRONMENT.safeParse(given, { error: plainMessages });
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
    return { kind: 'invalid', faults };
  }
  const config = toConfig(parsed.data, read, faults);
  if (faults.length > 0) return { kind: 'invalid', faults };
  const notices = [...config.notices, ...misspelt(Object.keys(given))];
  return { kind: 'valid', config: { ...config, notices } };
}

type ReadFile = (name: string, path: string) => string;

function toConfig(env: Environment, read: ReadFile, faults: string[]): Config {
  return {
    kafka: kafkaConfig(env, read, faults),
    clickhouse: clickHouseConfig(env, read),
    defaults: {
      topic: env.KAFKA_TOPIC,
      groupId: env.KAFKA_GROUP_ID,
      table: env.CLICKHOUSE_TABLE,
      database: env.CLICKHOUSE_DATABASE,
      intervalSeconds: env.BATCH_INTERVAL_SECONDS,
      failoverSeconds: env.MILLRACE_FAILOVER_SECONDS,
    },
    taskQueue: env.MILLRACE_TASK_QUEUE,
    configFile: env.MILLRACE_CONFIG ?? null,
    createTables: env.MILLRACE_CREATE_TABLES,
    decoder: env.MILLRACE_DECODER,
    memoryMiB: env.MILLRACE_MEMORY_MIB,
    metricsAddress: env.MILLRACE_METRICS_ADDRESS ?? null,
    healthAddress: env.MILLRACE_HEALTH_ADDRESS ?? null,
    logFormat: env.MILLRACE_LOG_FORMAT ?? null,
    logLevel: env.MILLRACE_LOG_LEVEL,
    notices:
      env.CHECKPOINT_LOCATION === undefined
        ? []
        : ['CHECKPOINT_LOCATION is ignored: the workflow keeps the checkpoints in its state'],
  };
}

/** Variables that look like a misspelling of one that Millrace reads. Other programs have variables with these prefixes too. */
function misspelt(given: readonly string[]): readonly string[] {
  const known = [...Object.keys(ENVIRONMENT.shape), ...SECRETS.map((name) => `${name}_FILE`)];
  return given.flatMap((name) => {
    if (!/^(KAFKA|CLICKHOUSE|MILLRACE)_/.test(name) || known.includes(name)) return [];
    const near = nearestName(name, known);
    return near === null || given.includes(near)
      ? []
      : [`${name} is not a variable that Millrace reads: did you mean ${near}?`];
  });
}

function kafkaConfig(env: Environment, read: ReadFile, faults: string[]): KafkaConfig {
  const protocol = env.KAFKA_SECURITY_PROTOCOL;
  const file = (name: 'KAFKA_SSL_CA_FILE' | 'KAFKA_SSL_CERT_FILE' | 'KAFKA_SSL_KEY_FILE') => {
    const path = env[name];
    return path === undefined ? undefined : read(name, path);
  };
  const tls = protocol.endsWith('SSL')
    ? {
        ca: file('KAFKA_SSL_CA_FILE'),
        cert: file('KAFKA_SSL_CERT_FILE'),
        key: file('KAFKA_SSL_KEY_FILE'),
      }
    : null;
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    faults.push('KAFKA_SSL_CERT_FILE and KAFKA_SSL_KEY_FILE belong together: give both or neither');
  }
  const { KAFKA_BOOTSTRAP_SERVERS: brokers, KAFKA_CLIENT_RACK: rack = null } = env;
  return { brokers, tls, sasl: saslConfig(env, faults), rack };
}

function saslConfig(env: Environment, faults: string[]): KafkaConfig['sasl'] {
  const wanted = env.KAFKA_SECURITY_PROTOCOL.startsWith('SASL');
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username } = env;
  const password = env.KAFKA_SASL_PASSWORD;
  if (!wanted) {
    if (username !== undefined || password !== undefined || mechanism !== undefined) {
      faults.push(
        `KAFKA_SASL_* is set, but KAFKA_SECURITY_PROTOCOL=${env.KAFKA_SECURITY_PROTOCOL} would not send it: use SASL_SSL or SASL_PLAINTEXT`,
      );
    }
    return null;
  }
  if (mechanism === undefined || username === undefined || password === undefined) {
    faults.push(
      `KAFKA_SECURITY_PROTOCOL=${env.KAFKA_SECURITY_PROTOCOL} needs KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD`,
    );
    return null;
  }
  return { mechanism: mechanism.toLowerCase() as 'plain', username, password };
}

function clickHouseConfig(env: Environment, read: ReadFile): ClickHouseConfig {
  const urls = env.CLICKHOUSE_HOST.map(({ host, port, isSecure }) => {
    const secure = isSecure ?? env.CLICKHOUSE_SECURE;
    const usual = env.CLICKHOUSE_PORT ?? (secure ? 8_443 : 8_123);
    return `${secure ? 'https' : 'http'}://${host}:${port ?? usual}`;
  });
  const path = env.CLICKHOUSE_CA_FILE;
  return {
    urls: [...new Set(urls)],
    database: env.CLICKHOUSE_DATABASE,
    user: env.CLICKHOUSE_USER,
    password: env.CLICKHOUSE_PASSWORD,
    ca: path === undefined ? null : read('CLICKHOUSE_CA_FILE', path),
  };
}
