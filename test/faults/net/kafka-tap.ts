import { createCheckpoints, type Checkpoints } from './held.js';
import type { Direction, Watcher } from './link.js';

/** One request to Kafka, or its answer. */
export interface KafkaFrame {
  readonly api: KafkaApi;
}

/** Kafka's numbers of the requests that a test takes in its hand. */
const APIS = { 1: 'Fetch', 2: 'ListOffsets', 8: 'OffsetCommit' } as const;
export type KafkaApi = (typeof APIS)[keyof typeof APIS] | 'other';

export type KafkaPoint = 'request' | 'answer';

/** Sees the frames of a link to Kafka. To drop one resets its connection. */
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
      const requests = createFrames((head) => {
        const api = apiOf(head.readInt16BE(4));
        asked.push(api);
        return { point: 'request', api };
      });
      const answers = createFrames(() => ({ point: 'answer', api: asked.shift() ?? 'other' }));
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

/** Length (4 bytes), then the frame; of a request, its first two bytes are the number of the API. */
const HEAD_BYTES = 6;

/** Tells which frames begin in the bytes of one direction. */
function createFrames(begin: (head: Buffer) => Begun) {
  let head = Buffer.alloc(0);
  let left = 0;
  return {
    take(bytes: Buffer): readonly Begun[] {
      const begun: Begun[] = [];
      for (let at = 0; at < bytes.length;) {
        if (left > 0) {
          const skipped = Math.min(left, bytes.length - at);
          left -= skipped;
          at += skipped;
          continue;
        }
        const part = bytes.subarray(at, at + HEAD_BYTES - head.length);
        head = Buffer.concat([head, part]);
        at += part.length;
        if (head.length < HEAD_BYTES) continue;
        left = head.readInt32BE(0) - (HEAD_BYTES - 4);
        begun.push(begin(head));
        head = Buffer.alloc(0);
      }
      return begun;
    },
  };
}
