import type { Mover } from './mover.js';
import { consumerOf, pipeOfLines, PROCESSING } from './pipe-of-lines.js';

/** Redpanda Connect with the fastest settings that were found. */
export function redpandaConnect(program: string): Mover {
  return pipeOfLines('redpandaConnect', program, (job) => ({
    redpanda: {
      ...consumerOf(job),
      start_offset: 'earliest',
      // The default of a minute would only prolong the stall after a kill.
      session_timeout: '10s',
      unordered_processing: { enabled: true, ...PROCESSING },
    },
  }));
}
