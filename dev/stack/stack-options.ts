import type { KafkaSettings } from './kafka.js';

export interface StackOptions {
  /** Keeps the data of all servers between runs; without it they work in a temporary folder. */
  readonly data?: string;
  /** Ports that are not given are chosen among the free ones. */
  readonly ports?: StackPorts;
  /** More flags for `temporal server start-dev`. */
  readonly temporalFlags?: readonly string[];
  /** Gets the broker's settings and gives them as they are to be. */
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
