import { allAvailable, type TopicOffsets } from '../../src/domain/log/topic-offsets.js';
import type { Divergence } from '../../src/domain/log/divergence.js';
import type { OpenProducer, RecordSource } from '../../src/domain/ports/record-source.js';

/** An in-memory topic with offsets and timestamps, for activities that read nothing else. */
export interface FakeTopic {
  readonly source: RecordSource;
  topicId: string;
  /** Per partition: the timestamps of its records, whose offsets begin at `logStart`. */
  partitions: { logStart: number; timestamps: number[]; openTransaction?: boolean }[];
  producers: OpenProducer[];
  /** The result of comparing leader epochs. */
  diverged: readonly Divergence[];
  leaderEpoch: number;
  /** Partitions whose leader does not answer, with the time since when. */
  readonly unavailable: Map<number, number>;
  /** How often the offsets were requested. */
  polls: number;
}

export function fakeTopic(counts: readonly number[]): FakeTopic {
  const topic: FakeTopic = {
    topicId: 'topic-1',
    partitions: counts.map((count) => ({
      logStart: 0,
      timestamps: new Array<number>(count).fill(0),
    })),
    producers: [],
    diverged: [],
    leaderEpoch: 0,
    unavailable: new Map(),
    polls: 0,
    source: {
      offsets: () => {
        topic.polls += 1;
        return Promise.resolve(offsetsOf(topic));
      },
      availableOffsets: () => {
        topic.polls += 1;
        const all = allAvailable(offsetsOf(topic));
        const { unavailable } = topic;
        return Promise.resolve({
          ...all,
          partitions: new Map([...all.partitions].filter(([each]) => !unavailable.has(each))),
          unavailable: [...unavailable].map(([partition, sinceMs]) => ({
            ...{ partition, sinceMs, why: 'silent' as const, broker: '2 (kafka-2:9092)' },
          })),
        });
      },
      offsetsAt: (_, timestampMs) =>
        Promise.resolve(
          new Map(
            topic.partitions.map(({ logStart, timestamps }, partition) => {
              const index = timestamps.findIndex((timestamp) => timestamp >= timestampMs);
              return [partition, index < 0 ? null : logStart + index];
            }),
          ),
        ),
      openProducers: () => Promise.resolve(topic.producers),
      divergences: () => Promise.resolve(topic.diverged),
      offsetsAtSoon: (name, timestampMs) => topic.source.offsetsAt(name, timestampMs),
      divergencesSoon: () => Promise.resolve({ diverged: topic.diverged, unanswered: [] }),
      read: () => {
        throw new Error('this topic has no records to read');
      },
    },
  };
  return topic;
}

function offsetsOf(topic: FakeTopic): TopicOffsets {
  return {
    topicId: topic.topicId,
    partitions: topic.partitions.map(({ logStart, timestamps, openTransaction }, partition) => {
      const end = logStart + timestamps.length;
      const highWatermark = end + (openTransaction ? 1 : 0);
      return { partition, logStart, end, highWatermark, leaderEpoch: topic.leaderEpoch };
    }),
  };
}
