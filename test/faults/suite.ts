import { BROKEN_INSERTS } from './cases/broken-inserts.js';
import { CHANGED_TABLES } from './cases/changed-tables.js';
import { DEAD_BROKERS } from './cases/dead-brokers.js';
import { GUARDS_PIPELINES } from './cases/guards-pipelines.js';
import { GUARDS_WINDOW } from './cases/guards-window.js';
import { HUNG_BROKERS } from './cases/hung-brokers.js';
import { KAFKA_BATCHES } from './cases/kafka-batches.js';
import { KAFKA_BROKER } from './cases/kafka-broker.js';
import { KAFKA_GROUP } from './cases/kafka-group.js';
import { KAFKA_LOG } from './cases/kafka-log.js';
import { KAFKA_TOPIC } from './cases/kafka-topic.js';
import { KILLED_CLICKHOUSE } from './cases/killed-clickhouse.js';
import { KILLED_WORKERS } from './cases/killed-workers.js';
import { LATE_INSERTS } from './cases/late-inserts.js';
import { LIMITED_BODIES } from './cases/limited-bodies.js';
import { LEAVING_WORKERS } from './cases/leaving-workers.js';
import { MOVED_PARTITIONS } from './cases/moved-partitions.js';
import { NETWORK } from './cases/network.js';
import { OLDER_KAFKA } from './cases/older-kafka.js';
import { OTHER_LOGS } from './cases/other-logs.js';
import { SEVERAL_HOSTS } from './cases/several-hosts.js';
import { REFUSING_CLICKHOUSE } from './cases/refusing-clickhouse.js';
import { REFUSED_ROWS } from './cases/refused-rows.js';
import { STARTED_AGAIN } from './cases/started-again.js';
import { STUCK_BATCHES } from './cases/stuck-batches.js';
import { TEMPORAL_MESSAGES } from './cases/temporal-messages.js';
import { TEMPORAL_RUNS } from './cases/temporal-runs.js';
import { TEMPORAL_SERVER } from './cases/temporal-server.js';
import { ZOMBIE_WORKERS } from './cases/zombie-workers.js';
import { UNCLEAN_ELECTION } from './cases/unclean-election.js';
import type { FaultCase } from './fault-case.js';

/** Every case with one broker, in the order of the table. Each group has its own servers. */
const ONE_BROKER: readonly FaultCase[] = [
  ...KILLED_WORKERS,
  ...STARTED_AGAIN,
  ...ZOMBIE_WORKERS,
  ...LATE_INSERTS,
  ...LEAVING_WORKERS,
  ...KILLED_CLICKHOUSE,
  ...BROKEN_INSERTS,
  ...REFUSING_CLICKHOUSE,
  ...REFUSED_ROWS,
  ...LIMITED_BODIES,
  ...STUCK_BATCHES,
  ...CHANGED_TABLES,
  ...KAFKA_BROKER,
  ...KAFKA_TOPIC,
  ...OTHER_LOGS,
  ...KAFKA_LOG,
  ...KAFKA_BATCHES,
  ...KAFKA_GROUP,
  ...TEMPORAL_SERVER,
  ...TEMPORAL_MESSAGES,
  ...TEMPORAL_RUNS,
  ...NETWORK,
  ...GUARDS_WINDOW,
  ...GUARDS_PIPELINES,
];

/** Cases with several brokers, which take four Java processes, and with several addresses of ClickHouse. */
const CLUSTERS: readonly FaultCase[] = [
  ...SEVERAL_HOSTS,
  ...UNCLEAN_ELECTION,
  ...HUNG_BROKERS,
  ...DEAD_BROKERS,
  ...MOVED_PARTITIONS,
  ...OLDER_KAFKA,
];

/** The choices of `--suite`. */
export const SUITES = { standard: ONE_BROKER, clusters: CLUSTERS } as const;
export type SuiteName = keyof typeof SUITES;

/** All cases, for code that refers to them by name. */
export const CASES: readonly FaultCase[] = [...ONE_BROKER, ...CLUSTERS];
