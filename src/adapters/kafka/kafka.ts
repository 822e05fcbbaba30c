import type { GroupOffsets } from '../../domain/log/group-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';
import { BrokerConnections, closedError } from './client/broker-connections.js';
import { checkDriver, createDriver, type DriverOptions } from './client/driver.js';
import { AvailableOffsetsReader } from './offsets/available-offsets.js';
import {
  commitOffsets,
  committedOffsets,
  committedSoon,
  notingSilence,
} from './offsets/group-offsets.js';
import { logDivergences, logDivergencesSoon } from './offsets/log-divergence.js';
import {
  openProducers,
  topicOffsets,
  topicOffsetsAt,
  topicOffsetsAtSoon,
} from './offsets/topic-offsets.js';
import { PatientAsker } from './client/patience.js';
import { SharedQuestions } from './client/shared-questions.js';
import { parseAddress } from './protocol/address.js';
import { DEFAULT_LIMITS, type KafkaLimits } from './protocol/limits.js';
import { FetchBuffers } from './reading/fetch-buffers.js';
import { FetchSizes } from './reading/fetch-sizes.js';
import { readRanges } from './reading/range-reader.js';
import { ReadReplicas } from './reading/read-replicas.js';
import { givenBack } from './reading/slice.js';
import { createExpander } from './records/codecs.js';
import { RunColumns } from './records/run-columns.js';
import { TopicClient } from './client/topic-client.js';

export interface KafkaOptions extends Pick<DriverOptions, 'clientId' | 'tls' | 'sasl'> {
  /** Bootstrap brokers, each `host:port`. */
  readonly brokers: readonly string[];
  /** The rack of this client, as brokers name it in `broker.rack`: replicas in this rack are read instead of leaders. */
  readonly rack?: string | null;
  readonly limits?: Partial<KafkaLimits>;
}

export interface Kafka {
  readonly source: RecordSource;
  readonly groups: GroupOffsets;
  /** Closes every connection. Requests in progress fail. */
  close(): Promise<void>;
}

interface Topic {
  readonly client: TopicClient;
  readonly available: AvailableOffsetsReader;
  /** By group. */
  readonly coordinators: PatientAsker;
  readonly sizes: FetchSizes;
  readonly buffers: FetchBuffers;
  readonly replicas: ReadReplicas;
}

/**
 * Reads Kafka by exact ranges, over kafkajs's connections. Throws at once if kafkajs has another version than expected or an
 * address is invalid. Connects with the first request.
 */
export function createKafka(options: KafkaOptions): Kafka {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const bootstrap = options.brokers.map(parseAddress);
  const buffers = new FetchBuffers(limits.fetchBytes);
  const topics = new Map<string, Topic>();
  checkDriver();
  let isClosed = false;

  const connect = () =>
    new BrokerConnections(
      createDriver({ ...options, ...limits, allocate: (size) => buffers.allocate(size) }),
      limits,
    );
  const questions = new SharedQuestions(connect());
  // Each topic has its own connections, so that a fetch or a commit that waits does not block other topics.
  const open = (name: string): Topic => {
    const known = topics.get(name);
    if (known !== undefined) return known;
    if (isClosed) throw closedError();
    const connections = connect();
    const client = new TopicClient(name, { connections, questions, bootstrap, limits });
    const available = new AvailableOffsetsReader(client, limits);
    const coordinators = new PatientAsker(limits);
    const sizes = new FetchSizes(limits.fetchBytes);
    const replicas = new ReadReplicas(options.rack ?? null);
    const topic = { client, available, coordinators, sizes, buffers, replicas };
    topics.set(name, topic);
    return topic;
  };

  return {
    source: createSource(open, limits),
    groups: createGroups(open),
    close: async () => {
      isClosed = true;
      const clients = [...topics.values()].map(({ client }) => client);
      await Promise.all([questions, ...clients].map((each) => each.close()));
    },
  };
}

type OpenTopic = (name: string) => Topic;

function createSource(open: OpenTopic, limits: KafkaLimits): RecordSource {
  return {
    offsets: async (topic) => {
      const { client } = open(topic);
      return client.retry({ what: `asking for the offsets of topic "${topic}"` }, () =>
        topicOffsets(client),
      );
    },
    openProducers: (topic, partitions) => openProducers(open(topic).client, partitions),
    availableOffsets: async (topic) => {
      const { client, available } = open(topic);
      return client.retry({ what: `asking for the offsets of topic "${topic}"` }, () =>
        available.read(),
      );
    },
    offsetsAt: async (topic, timestampMs) => {
      const { client } = open(topic);
      return client.retry({ what: `asking for offsets by time of topic "${topic}"` }, () =>
        topicOffsetsAt(client, timestampMs),
      );
    },
    offsetsAtSoon: async (topic, timestampMs, partitions) => {
      const { client } = open(topic);
      const what = `asking for the leaders of topic "${topic}"`;
      return client.retry({ what }, () => topicOffsetsAtSoon(client, timestampMs, partitions));
    },
    divergences: async (topic, positions) => {
      const { client } = open(topic);
      return client.retry({ what: `asking for the leader epochs of topic "${topic}"` }, () =>
        logDivergences(client, positions),
      );
    },
    divergencesSoon: async (topic, positions) => {
      const { client } = open(topic);
      const what = `asking for the leaders of topic "${topic}"`;
      return client.retry({ what }, () => logDivergencesSoon(client, positions));
    },
    read: (topic, ranges, signal, { isImpatient } = { isImpatient: false }) => {
      const { maxExpandedBatchBytes: maxExpandedBytes } = limits;
      const expand = createExpander(maxExpandedBytes);
      const columns = new RunColumns();
      const slicing = { ...open(topic), expand, columns, maxExpandedBytes };
      return givenBack(readRanges(ranges, { ...limits, ...slicing, signal, isImpatient }));
    },
  };
}

function createGroups(open: OpenTopic): GroupOffsets {
  return {
    committed: async (groupId, topic) => {
      const { client } = open(topic);
      return client.retry({ what: `asking for the offsets of group "${groupId}"` }, () =>
        committedOffsets(client, groupId),
      );
    },
    committedSoon: async (groupId, topic) => {
      const { client, coordinators } = open(topic);
      return committedSoon(client, coordinators, groupId);
    },
    commit: async (groupId, topic, offsets, metadata, signal) => {
      const { client, coordinators } = open(topic);
      const what = `committing offsets of group "${groupId}"`;
      return notingSilence(coordinators, { groupId, signal }, () =>
        client.retry({ what, signal }, () =>
          commitOffsets(client, { groupId, offsets, metadata }, signal),
        ),
      );
    },
  };
}
