import type { Mover } from './mover.js';
import { BATCHING, CHECKPOINT_LIMIT, CONSUMER, pipeOfLines } from './pipe-of-lines.js';

/** Redpanda Connect with the fastest settings that were found. */
export function redpandaConnect(program: string): Mover {
  return pipeOfLines('redpandaConnect', program, ({ stack, topic, group }) => ({
    redpanda: {
      ...CONSUMER,
      seed_brokers: [stack.addresses.kafka],
      topics: [topic],
      consumer_group: group,
      start_offset: 'earliest',
      // The default of a minute would only prolong the stall after a kill.
      session_timeout: '10s',
      unordered_processing: {
        enabled: true,
        checkpoint_limit: CHECKPOINT_LIMIT,
        batching: BATCHING,
      },
    },
  }));
}
