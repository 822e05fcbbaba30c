import type { BrokerJars } from './kafka-jars.js';
import type { KafkaSettings } from './kafka-settings.js';

export interface StackOptions {
  /** Keeps the data of all servers between runs. Without it, they use a temporary folder. */
  readonly data?: string;
  /** Free ports are chosen for those that are not given. */
  readonly ports?: StackPorts;
  /** The number of Kafka brokers, by default 1. Several brokers have a separate controller process. */
  readonly brokers?: number;
  /** More flags for `temporal server start-dev`. */
  readonly temporalFlags?: readonly string[];
  /** More flags for the JVM of each Kafka node. */
  readonly kafkaFlags?: readonly string[];
  /** The jars that Kafka's nodes run from. The default is the version of the command line tools. */
  readonly brokerJars?: BrokerJars;
  /** Receives the settings of each Kafka node and returns the ones to use. */
  readonly kafkaSettings?: (own: KafkaSettings) => KafkaSettings;
  /** More flags for the ClickHouse front. */
  readonly clickHouseFlags?: readonly string[];
  /** Called with what happened when a server ends although nobody asked it to. */
  readonly onEnd?: (what: string) => void;
}

export interface StackPorts {
  readonly temporal?: number;
  readonly temporalUi?: number;
  readonly kafka?: number;
  readonly clickHouse?: number;
}
