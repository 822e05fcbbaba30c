import type { BrokerJars } from './kafka-jars.js';
import type { KafkaSettings } from './kafka-settings.js';

export interface StackOptions {
  /** Keeps the data of all servers between runs; without it they work in a temporary folder. */
  readonly data?: string;
  /** Ports that are not given are chosen among the free ones. */
  readonly ports?: StackPorts;
  /** Kafka brokers, 1 unless given; several have a controller beside them, a process of its own. */
  readonly brokers?: number;
  /** More flags for `temporal server start-dev`. */
  readonly temporalFlags?: readonly string[];
  /** More flags for the JVM of each Kafka node. */
  readonly kafkaFlags?: readonly string[];
  /** What Kafka's nodes run from; the version of the command line tools unless given. */
  readonly brokerJars?: BrokerJars;
  /** Receives the settings of each Kafka node and returns the ones to use. */
  readonly kafkaSettings?: (own: KafkaSettings) => KafkaSettings;
  /** More flags for the ClickHouse front. */
  readonly clickHouseFlags?: readonly string[];
  /** Called when a server ends though nobody asked it to, with what happened. */
  readonly onEnd?: (what: string) => void;
}

export interface StackPorts {
  readonly temporal?: number;
  readonly temporalUi?: number;
  readonly kafka?: number;
  readonly clickHouse?: number;
}
