import type { Mover } from './mover.js';
import { consumerOf, pipeOfLines, PROCESSING } from './pipe-of-lines.js';

/** Bento, which began as a copy of the open-source parts of Redpanda Connect, with the same settings. */
export function bento(program: string): Mover {
  return pipeOfLines('bento', program, (job) => ({
    kafka_franz: { ...consumerOf(job), start_from_oldest: true, ...PROCESSING },
  }));
}
