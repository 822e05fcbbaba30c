import { expect } from 'vitest';
import { type Kafka, createKafka } from '../../src/adapters/kafka/kafka.js';
import type { KafkaLimits } from '../../src/adapters/kafka/protocol/limits.js';
import { recordsOf } from './kafka-decode.js';
import type { GivenBatch } from './kafka-record-sets.js';
import { ScriptedCluster } from './kafka-scripted-broker.js';
import type { ScriptedPartition } from './kafka-scripted-log.js';
import { PATIENCE_MS } from './wait-until.js';

/** The adapter, and brokers in this process that it reads from. */
export interface ScriptedKafka {
  readonly cluster: ScriptedCluster;
  readonly kafka: Kafka;
  /** The offsets of a range, and the reader's position. Values are checked as well. */
  readonly read: (
    first: number,
    end: number,
    options?: { readonly partition?: number; readonly signal?: AbortSignal },
  ) => Promise<{ readonly offsets: readonly number[]; readonly next: number }>;
  /** Closes the adapter, and fails if it leaves a socket open. */
  close(): Promise<void>;
}

/** A broker in a busy process may take seconds to answer. Tests of silence and cancellation set their own limits. */
const PATIENT: Partial<KafkaLimits> = {
  connectTimeoutMs: PATIENCE_MS,
  answerTimeoutMs: PATIENCE_MS,
  silentAfterMs: PATIENCE_MS,
  requestTimeoutMs: PATIENCE_MS,
  retryForMs: PATIENCE_MS,
};

export const NEVER_ABORTED = new AbortController().signal;

export async function startScriptedKafka(
  partitions: readonly Partial<ScriptedPartition>[],
  options: {
    readonly brokers?: number;
    readonly rack?: string;
    readonly limits?: Partial<KafkaLimits>;
  } = {},
): Promise<ScriptedKafka> {
  const cluster = new ScriptedCluster(partitions);
  for (let broker = 0; broker < (options.brokers ?? 1); broker++) await cluster.start(broker);
  const kafka = createKafka({
    brokers: cluster.addresses.slice(0, 1),
    clientId: 'test',
    tls: null,
    sasl: null,
    rack: options.rack ?? null,
    limits: { ...PATIENT, ...options.limits },
  });
  return {
    cluster,
    kafka,
    read: async (first, end, { partition = 0, signal = NEVER_ABORTED } = {}) => {
      const offsets: number[] = [];
      let next = first;
      const ranges = [spanOf(first, end, partition)];
      for await (const fetched of kafka.source.read(cluster.topic, ranges, signal)) {
        await fetched.open();
        for (const run of fetched.runs()) {
          for (const { offset, value } of recordsOf(run)) {
            if (value !== null) expect(value.toString()).toBe(`value ${offset}`);
            offsets.push(offset);
          }
        }
        expect(fetched.next).toBeGreaterThan(next);
        next = fetched.next;
      }
      return { offsets, next };
    },
    close: async () => {
      await kafka.close();
      await expect.poll(() => cluster.sockets.size).toBe(0);
      await cluster.close();
    },
  };
}

export function spanOf(first: number, end: number, partition = 0) {
  return { partition, epoch: 0, first, end };
}

export function upTo(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

export function batchOf(first: number, count: number): GivenBatch {
  const records = upTo(first, first + count).map((offset) => ({
    offset,
    value: Buffer.from(`value ${offset}`),
  }));
  return { records };
}

/** 100 records in batches of 10. */
export const HUNDRED = Array.from({ length: 10 }, (_, batch) => batchOf(10 * batch, 10));
