import { createCheckpoints, type Checkpoints } from './held-traffic.js';
import { apiKeyOf, createFrames } from './kafka-frames.js';
import type { Direction, Watcher } from './link.js';

/** One request to Kafka, or its answer. */
export interface KafkaFrame {
  readonly api: KafkaApi;
}

/** Kafka's API keys of the requests that a test holds. */
const APIS = { 1: 'Fetch', 2: 'ListOffsets', 8: 'OffsetCommit' } as const;
export type KafkaApi = (typeof APIS)[keyof typeof APIS] | 'other';

export type KafkaPoint = 'request' | 'answer';

/** Sees the frames of a link to Kafka. Dropping one resets its connection. */
export interface KafkaTap extends Pick<Checkpoints<KafkaPoint, KafkaFrame>, 'hold' | 'clear'> {
  readonly watch: () => Watcher;
}

export const isApi = (api: KafkaApi) => (frame: KafkaFrame) => frame.api === api;

export function createKafkaTap(): KafkaTap {
  const checkpoints = createCheckpoints<KafkaPoint, KafkaFrame>();
  return {
    hold: checkpoints.hold,
    clear: checkpoints.clear,
    watch() {
      // The broker answers in the order of the requests.
      const asked: KafkaApi[] = [];
      const requests = createFrames((head): Begun => {
        const api = apiOf(apiKeyOf(head));
        asked.push(api);
        return { point: 'request', api };
      });
      const answers = createFrames((): Begun => ({
        point: 'answer',
        api: asked.shift() ?? 'other',
      }));
      return async (direction: Direction, bytes: Buffer) => {
        const frames = direction === 'toServer' ? requests : answers;
        for (const { point, api } of frames.take(bytes)) {
          if (!(await checkpoints.pass(point, { api }))) throw new Error(`${api} was dropped`);
        }
      };
    },
  };
}

function apiOf(key: number): KafkaApi {
  return (APIS as Readonly<Record<number, KafkaApi>>)[key] ?? 'other';
}

interface Begun {
  readonly point: KafkaPoint;
  readonly api: KafkaApi;
}
