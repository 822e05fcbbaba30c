import type { Mover } from './mover.js';
import { BATCHING, CHECKPOINT_LIMIT, CONSUMER, pipeOfLines } from './pipe-of-lines.js';

/** Bento, which began as a copy of the open-source parts of Redpanda Connect, with the same settings. */
export function bento(program: string): Mover {
  return pipeOfLines('bento', program, ({ stack, topic, group }) => ({
    kafka_franz: {
      ...CONSUMER,
      seed_brokers: [stack.addresses.kafka],
      topics: [topic],
      consumer_group: group,
      start_from_oldest: true,
      checkpoint_limit: CHECKPOINT_LIMIT,
      batching: BATCHING,
    },
  }));
}
