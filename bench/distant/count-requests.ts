import { apiKeyOf, createFrames } from '../../test/faults/net/kafka-frames.js';
import type { Watcher } from '../../test/faults/net/link.js';

export interface RequestCounts {
  readonly watch: () => Watcher;
  /** The number of requests of these kinds so far, by Kafka's API keys. */
  count(apiKeys: readonly number[]): number;
}

/** Counts the requests that clients of a link send to Kafka. */
export function countRequests(): RequestCounts {
  const counts = new Map<number, number>();
  return {
    count: (apiKeys) => apiKeys.reduce((sum, apiKey) => sum + (counts.get(apiKey) ?? 0), 0),
    watch() {
      const requests = createFrames(apiKeyOf);
      return (direction, bytes) => {
        if (direction !== 'toServer') return;
        for (const apiKey of requests.take(bytes)) {
          counts.set(apiKey, (counts.get(apiKey) ?? 0) + 1);
        }
      };
    },
  };
}
