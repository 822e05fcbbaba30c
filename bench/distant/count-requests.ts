import type { Watcher } from '../../test/faults/net/link.js';

export interface RequestCounts {
  readonly watch: () => Watcher;
  /** Requests of these kinds so far, by Kafka's numbers of them. */
  count(apiKeys: readonly number[]): number;
}

/** Length (4 bytes) and API key (2 bytes). */
const HEAD_BYTES = 6;
const LENGTH_BYTES = 4;

/** Counts what clients of a link ask of Kafka. */
export function countRequests(): RequestCounts {
  const counts = new Map<number, number>();
  return {
    count: (apiKeys) => apiKeys.reduce((sum, apiKey) => sum + (counts.get(apiKey) ?? 0), 0),
    watch() {
      let head = Buffer.alloc(0);
      let left = 0;
      return (direction, bytes) => {
        if (direction !== 'toServer') return;
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
          const apiKey = head.readInt16BE(LENGTH_BYTES);
          counts.set(apiKey, (counts.get(apiKey) ?? 0) + 1);
          left = head.readInt32BE(0) - (HEAD_BYTES - LENGTH_BYTES);
          head = Buffer.alloc(0);
        }
      };
    },
  };
}
